"""How do tests make WARC files? With warcio's writer, as other crawlers do."""

import io

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


class Writer(WARCWriter):
    """warcio's writer; it keeps what it buffers in memory, where nothing has to be closed."""

    _create_temp_file = staticmethod(io.BytesIO)


def write_response(
    writer: WARCWriter,
    url: str,
    body: bytes = b"",
    *,
    status: str = "200 OK",
    date: str = "2026-03-01T12:00:00Z",
    headers: list[tuple[str, str]] | None = None,
    **warc: str,
) -> None:
    """Write a response record; `warc` are further headers of the record, with _ for -."""
    kind = [("Content-Type", "text/html; charset=utf-8")]
    http = StatusAndHeaders(status, kind if headers is None else headers, protocol="HTTP/1.1")
    record = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        http_headers=http,
        warc_headers_dict={"WARC-Date": date, **{name.replace("_", "-"): v for name, v in warc.items()}},
    )
    writer.write_record(record)
