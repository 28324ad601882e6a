"""A made-up kb/ of realistic size, always the same: `python bench/corpus.py OUT N [--terms kb/terms]`.

N institutions of 1.8 to 4.4 KB with about 29 citations each, N/2 sources, some posts and people.
Nothing in it is true; every record is drawn from a generator seeded with the record's own number.
"""

import argparse
import random
import re
from pathlib import Path
from typing import Any

import yaml

WORDS = """
address allocation appeal archive assembly authority board budget bylaws carrier charter
committee consensus consultation coordination council delegate delegation deposit domain
election exchange forum framework governance group identifier infrastructure internet liaison
mandate meeting member mechanism multistakeholder name network nominating number office open
operator oversight panel participation policy procedure process protocol public recommendation
region register registry report resolution resource review root routing secretariat seat
security server stakeholder standard statute steering summit technical term transition treaty
working zone
""".split()  # noqa: SIM905  # a page of quotes is no easier to read
SMALL = ("of", "the", "for", "and", "by", "in", "to", "with", "a", "under")
COUNTRIES = ("CH", "US", "SG", "BR", "MU", "AU", "NL", "UY", "IN", "DE")
PLACES = ("§{0}.{1}", "art. {0} para. {1}", "para. {0}", "s. {0}({1})", "Annex {1}, rule {0}")
# Kinds that are neither a tree nor symmetric, so that any draw of them is sound.
RELATIONS = ("advises", "supports", "funds", "recognises", "contests", "performs-for")


def vocabularies(folder: Path) -> dict[str, dict[str, Any]]:
    """The controlled vocabularies without what they cite, which is not copied."""
    found = {}
    for path in sorted(folder.glob("*.yml")):
        found[path.stem] = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)
        for term in found[path.stem]["terms"]:
            term.pop("cite", None)
    return found


class Corpus:
    """The records by number; a source is told by its number alone, so citations fit it."""

    def __init__(self, size: int, lists: dict[str, dict[str, Any]]) -> None:
        self.size, self.sources, self.posts = size, max(size // 2, 1), max(size // 200, 2)
        self.terms = {name: [t["term"] for t in found["terms"]] for name, found in lists.items()}

    def text(self, draw: random.Random, low: int, high: int) -> str:
        words = [
            draw.choice(SMALL) if n % 3 == 1 else draw.choice(WORDS)
            for n in range(draw.randint(low, high))
        ]
        return " ".join(words).capitalize()

    def date(self, draw: random.Random) -> str:
        year, month, day = draw.randint(1960, 2025), draw.randint(1, 12), draw.randint(1, 28)
        return (f"'{year}'", f"{year}-{month:02}", f"{year}-{month:02}-{day:02}")[draw.randrange(3)]

    def citation(self, draw: random.Random, number: int | None = None) -> str:
        number = draw.randrange(self.sources) if number is None else number
        place = draw.choice(PLACES).format(draw.randint(1, 40), draw.randint(1, 9))
        return f"doc-{number:06} {place}"

    def source(self, number: int) -> str:
        draw = random.Random(f"source {number}")
        kind = draw.choice(("rfc", "report", "bylaws", "web-page", "resolution"))
        return (
            f"kind: {kind}\n"
            f"title: {self.text(draw, 4, 10)}\n"
            f"author: {draw.choice(WORDS).capitalize()}, {draw.choice('ABCDEFGH')}.\n"
            f"publisher: {self.text(draw, 2, 4)}\n"
            f"issued: {self.date(draw)}\n"
            f"number: {draw.choice(WORDS).upper()} {number}\n"
            f"url: https://docs.example.org/{kind}/{number:06}\n"
            "tier: primary\nread: full-text\naccessed: 2026-11-24\n"
        )

    def person(self, number: int) -> str:
        draw = random.Random(f"person {number}")
        given, family = draw.choice(WORDS).capitalize(), draw.choice(WORDS).capitalize()
        return (
            f"name: {given} {family}\ngiven_name: {given}\nfamily_name: {family}\n"
            f"affiliations:\n- institution: body-{draw.randrange(self.size):06}\n"
            f"  role: member\n  cite: {self.citation(draw)}\n"
        )

    def post(self, number: int) -> str:
        draw = random.Random(f"post {number}")
        url = f"https://lists.example.org/{number:06}.html"
        lines = [
            f"list: {draw.choice(self.terms['lists'])}", f"author: person-{number:06}",
            f"sent: 2021-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            f"subject: {self.text(draw, 4, 9)}", f"url: {url}", "read: full-text",
            "accessed: 2026-11-24", f"own_words: {{page: post-{number:06}, begins: first words"
            " here, ends: last words here}", "passages:",
        ]  # fmt: skip
        for key in range(12):
            lines += [
                f"- key: passage-{key}", f"  start: {self.text(draw, 4, 7)}",
                f"  end: {self.text(draw, 3, 6)}", f"  gist: {self.text(draw, 10, 20)}.",
                "  claims:",
            ]  # fmt: skip
            for about in sorted(draw.sample(range(self.size), min(2, self.size))):
                stance = draw.choice(self.terms["stances"])
                lines.append(f"  - {{about: body-{about:06}, stance: {stance}}}")
        return "\n".join(lines) + "\n"

    def institution(self, number: int) -> str:
        draw = random.Random(f"institution {number}")
        term = {name: lambda name=name: draw.choice(self.terms[name]) for name in self.terms}
        lines = [
            f"name: {self.text(draw, 3, 7)}", f"short_name: B{number}", f"kind: {term['kinds']()}",
            f"url: https://body-{number:06}.example.org/", f"wikidata: Q{number + 1}",
            f"icannwiki: Body_{number}", "facts:",
        ]  # fmt: skip
        first: list[int | None] = [number % self.sources]  # so that every source is cited
        rich = draw.choice((0, 1, 1, 1, 1, 1, 2))  # how much there is to say of this body

        def item(*fields: str, note: float = 0.0) -> None:
            lines.append(f"- {fields[0]}")
            lines.extend(f"  {field}" for field in fields[1:])
            if draw.random() < (note or (0.7, 0.4, 0.1)[rich]):
                lines.append(f"  note: {self.text(draw, 14, 28)}.")
            cites = [
                self.citation(draw, first.pop() if first else None)
                for _ in range(draw.choice((1, 2, 2, 2, 3) if rich < 2 else (1, 2)))
            ]
            if len(cites) == 1:
                lines.append(f"  cite: {cites[0]}")
            else:
                lines.append("  cite:")
                lines.extend(f"  - {cite}" for cite in cites)

        item(f"type: {term['types']()}", note=0.6)
        item("status: active")
        item(f"founded: {self.date(draw)}", note=0.6)
        item(f"legal_form: {term['legal-forms']()}", note=0.9)
        item(f"seat_city: {draw.choice(WORDS).capitalize()}",
             f"seat_country: {draw.choice(COUNTRIES)}")  # fmt: skip
        item(f"mandate: {self.text(draw, 16, 36)}.")
        item(f"function: [{term['functions']()}]")
        more = [f"participation: {self.text(draw, 16, 32)}.", f"funding: {self.text(draw, 6, 12)}.",
                f"staff_count: {draw.randint(1, 900)}", f"meetings: {self.text(draw, 10, 22)}."]  # fmt: skip
        for fact in more[: 2 * rich]:
            item(fact)
        lines.append("decisions:")
        for stage in draw.sample(self.terms["decision-stages"], 1 + (rich > 1)):
            rule = term["decision-rules"]()
            item(f"area: {term['decision-areas']()}", f"stage: {stage}", f"rule: {rule}",
                 f"participants: {self.text(draw, 10, 22)}", note=float(rule == "unknown"))  # fmt: skip
        others = [n for n in draw.sample(range(self.size), min(4, self.size)) if n != number]
        if others:
            lines.append("relations:")
        for other in others[: 1 + rich]:
            item(f"kind: {draw.choice(RELATIONS)}", f"target: body-{other:06}",
                 f"since: {self.date(draw)}")  # fmt: skip
        lines.append("events:")
        for year in sorted(draw.sample(range(1960, 2026), 2)):
            item(f"date: {year}-{draw.randint(1, 12):02}", f"title: {self.text(draw, 10, 18)}")
        return "\n".join(lines) + "\n"


def write(out: Path, size: int, terms: Path) -> None:
    """Write the records below `out`, which must not be there yet."""
    lists = vocabularies(terms)
    corpus = Corpus(size, lists)
    (out / "terms").mkdir(parents=True)
    for name, found in lists.items():
        text = yaml.safe_dump(found, sort_keys=False, allow_unicode=True)
        (out / "terms" / f"{name}.yml").write_text(text, "utf-8")
    for folder, stem, count, record in (
        ("institutions", "body", corpus.size, corpus.institution),
        ("sources", "doc", corpus.sources, corpus.source),
        ("people", "person", corpus.posts, corpus.person),
        ("posts", "post", corpus.posts, corpus.post),
    ):
        (out / folder).mkdir()
        for number in range(count):
            (out / folder / f"{stem}-{number:06}.yml").write_text(record(number), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("size", type=int)
    parser.add_argument("--terms", type=Path, default=Path(__file__).parent.parent / "kb/terms")
    asked = parser.parse_args()
    write(asked.out, asked.size, asked.terms)
    sizes = [path.stat().st_size for path in asked.out.glob("institutions/*.yml")]
    cites = sum(
        len(re.findall(r"doc-\d{6} ", p.read_text())) for p in asked.out.glob("institutions/*.yml")
    )
    print(
        f"{asked.out}: {asked.size} institutions of {min(sizes)} to {max(sizes)} bytes, "
        f"mean {sum(sizes) / len(sizes):.0f}; {cites / asked.size:.1f} citations written in each"
    )


if __name__ == "__main__":
    main()
