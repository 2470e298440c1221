"""Put on PYTHONPATH: refuses every connection but loopback, and notes whom it would have reached.

`CONTACTS` names the file of notes. Names are not looked up either, but for this machine's own.
"""

import ipaddress
import os
import socket

_connect, _connect_ex, _getaddrinfo = (
    socket.socket.connect,
    socket.socket.connect_ex,
    socket.getaddrinfo,
)


def _is_here(host: object) -> bool:
    try:
        return ipaddress.ip_address(str(host)).is_loopback or str(host) in ("0.0.0.0", "::")
    except ValueError:
        return host in (None, "", "localhost", socket.gethostname())


def _check(host: object) -> None:
    if not _is_here(host):
        with open(os.environ["CONTACTS"], "a", encoding="utf-8") as notes:
            notes.write(f"{host}\n")
        raise OSError("the network is away")


def _guarded(original):
    def connect(self, address, *rest):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _check(address[0])
        return original(self, address, *rest)

    return connect


def _look_up(host, *rest, **more):
    _check(host.decode() if isinstance(host, bytes) else host)
    return _getaddrinfo(host, *rest, **more)


socket.socket.connect = _guarded(_connect)
socket.socket.connect_ex = _guarded(_connect_ex)
socket.getaddrinfo = _look_up
