"""uvicorn's HTTP/1.1 connection, with two holes closed that matter at a public edge."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 64 * 1024


class EdgeProtocol(HttpToolsProtocol):
    """Reads a head of bounded size, and no trailers.

    uvicorn keeps a head of any size, and takes trailers for headers: the client of a trusted proxy could add
    an X-Forwarded-For behind the proxy's own.
    """

    _is_head = False
    _unread_bytes = 0  # of a head, a trailer or a chunk's extension; a body is the application's to bound

    def data_received(self, data: bytes) -> None:
        self._unread_bytes += len(data)
        super().data_received(data)
        if self._unread_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
            if self._is_head:
                self.send_400_response("Request header fields too large.")
            else:
                self.transport.abort()

    def on_message_begin(self) -> None:
        self._is_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._is_head, self._unread_bytes = False, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread_bytes = 0
        super().on_message_complete()
