"""Every citation leads as near to its place as the source allows."""

from loaders.links import citation_url, hyperkitty_url, passage_url

PAGE = "https://list.example/2021-March/1.html"
COPY = "https://mirror.example/charter"


def test_a_passage_opens_at_its_first_and_last_words():
    assert passage_url(PAGE, "a well-known word", "end, & stop") == (
        f"{PAGE}#:~:text=a%20well%2Dknown%20word,end%2C%20%26%20stop"
    )


def test_a_fragment_of_the_address_gives_way_to_the_words():
    assert (
        passage_url(f"{PAGE}#top", "three plain words") == f"{PAGE}#:~:text=three%20plain%20words"
    )


def test_without_an_address_there_is_no_link():
    assert passage_url(None, "three plain words") is None
    assert citation_url("web-page", None, None, None, None) is None


def test_a_section_of_an_rfc_has_an_anchor():
    rfc = "https://www.rfc-editor.org/rfc/rfc2026"
    for locator, anchor in (
        ("§6.5.1", "section-6.5.1"),
        ("§ 4.", "section-4"),
        ("§A.2", "appendix-A.2"),
    ):
        assert citation_url("rfc", rfc, rfc, locator, None) == f"{rfc}#{anchor}"
    assert citation_url("rfc", rfc, rfc, "Abstract", None) == rfc


def test_quoted_words_open_the_copy_that_was_read_and_all_else_the_canonical_address():
    assert citation_url("bylaws", PAGE, COPY, "art. 2", "three plain words") == (
        f"{COPY}#:~:text=three%20plain%20words"
    )
    assert citation_url("bylaws", PAGE, COPY, "art. 2", None) == PAGE


def test_a_post_is_found_in_hyperkitty_by_its_message_id():
    """The hash is the example of docs.mailman3.org, "Archivers"."""
    archive = "https://lists.example/hyperkitty/list/l@lists.example"
    address = f"{archive}/message/RSZCG7IGPHFIRW3EMTVMMDNJMNCVCOLE/"
    assert hyperkitty_url(archive, "12345") == hyperkitty_url(f"{archive}/", "12345") == address
    assert hyperkitty_url(None, "12345") is None and hyperkitty_url(archive, None) is None
