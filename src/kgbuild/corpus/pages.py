"""Articles out of HTML pages, by trafilatura; nothing is fetched."""

_LATEST_DATE = "2199-12-31"
"""Without a bound of our own, the date finder would ask the clock which dates are in the future."""


def read_page(html: str) -> dict[str, object]:
    """Take the main text and the metadata out of a page, as the fields of a record.

    Precision is favored: what may be a menu is left out. ``text`` is missing when no main text is found.
    """
    from trafilatura import bare_extraction  # here, since loading it takes longer than most commands run
    from trafilatura.settings import Document

    document = bare_extraction(
        html,
        favor_precision=True,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True, "max_date": _LATEST_DATE},
    )
    if not isinstance(document, Document) or not document.text:
        return {}
    fields: dict[str, object] = {
        "text": document.text,
        "title": document.title,
        "url": document.url,
        "outlet": document.sitename,
        "date": document.date,
    }
    return {name: value for name, value in fields.items() if value}
