"""Whoever must act is told: once, in hours, through servers that fail, stall or answer twice."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.support.command import tracker
from tests.support.databases import temporary_engine
from tests.support.record import CLERK, put
from tracker.core.follow_up import ActKind, FollowUpAct
from tracker.core.model import Event, EventKind, Project, ProjectState, Sight
from tracker.core.notices import Hours, next_try, split
from tracker.i18n.words import words_in
from tracker.law import Catalog, catalog
from tracker.notify import send as sending_module
from tracker.notify.config import BadChannelError, read_channels, secret_of
from tracker.services.county import follow_ups, survey
from tracker.services.installation.sending import Office, faults, untold
from tracker.services.projects import changes
from tracker.store import (
    Engine,
    engine_for,
    notices,
    projects,
    reading,
    transaction,
    upgrade,
)

DAY = date(2026, 3, 2)
NOON = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
SECRET = "canary-4711-do-not-print"


@dataclass
class Receiver:
    """An HTTP server on loopback that answers as it is told, and keeps what it gets."""

    answers: list[int] = field(default_factory=list)
    stall: float = 0.0
    got: list[dict[str, Any]] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    port: int = 0


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.bodies.append(body)
            receiver.got.append(json.loads(body))
            receiver.signatures.append(self.headers.get("X-Tracker-Signature", ""))
            if receiver.stall:
                threading.Event().wait(receiver.stall)
            status = receiver.answers.pop(0) if receiver.answers else 200
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class County:
    """A county with one late project, its folder and its office."""

    engine: Engine
    law: Catalog
    data: Path

    def office(self, text: str = "") -> Office:
        if text:
            (self.data / "channels.yaml").write_text(text, encoding="utf-8")
        return Office(
            engine=self.engine,
            channels=read_channels(self.data),
            data=self.data,
            words=words_in("zh"),
            working_days=self.law.working_days,
        )

    def review(self, day: date) -> None:
        with transaction(self.engine) as session:
            follow_ups.review_county(session, CLERK, self.law, day)

    def states(self) -> list[str]:
        with reading(self.engine) as session:
            return [each.state for each in notices.every(session)]


def late_project() -> Project:
    return Project(
        id=0,
        name="甲",
        procedure="gov_building",
        target="construction_permit",
        deadline=date(2026, 3, 10),
        task_force="教育专班",
        leader="副县长（分管教育）",
        updated_on=DAY,
    )


def not_begun() -> Event:
    return Event(step="fs_approval", kind=EventKind.NOT_STARTED, day=None, known_by=DAY)


@pytest.fixture
def county(law: Catalog, tmp_path: Path) -> Iterator[County]:
    with temporary_engine() as engine:
        with transaction(engine) as session:
            put(session, late_project(), not_begun())
        made = County(engine, law, tmp_path)
        made.review(DAY)
        yield made


def hook(receiver: Receiver, *, hosts: str = "[127.0.0.1]") -> str:
    return (
        f"hosts: {hosts}\n"
        f'channels: {{hook: {{webhook: "http://127.0.0.1:{receiver.port}/in",'
        ' key: "env:HOOK_KEY"}}\n'
        'people: {"*": [hook]}\n'
    )


def test_a_case_is_told_to_its_office_and_task_force_once(county: County) -> None:
    office = county.office()
    sent = office.deliver(NOON)
    assert {each.recipient for each in sent} >= {"教育专班"}
    assert all(each.channel == "outbox" and not each.fault for each in sent)
    texts = [p.read_text(encoding="utf-8") for p in (county.data / "outbox").glob("*.txt")]
    assert len(texts) == len(sent)
    assert any("甲" in text for text in texts)
    for _ in range(3):
        county.review(DAY)
        assert office.deliver(NOON) == []
    assert set(county.states()) == {"sent"}


@pytest.mark.parametrize(
    "now",
    ["2026-03-02T08:29", "2026-03-02T18:00", "2026-03-07T12:00", "2026-05-01T12:00"],
)
def test_nothing_goes_out_at_night_or_on_a_day_off(county: County, now: str) -> None:
    assert county.office().deliver(datetime.fromisoformat(f"{now}:00+08:00")) == []
    assert not (county.data / "outbox").exists()


def test_a_make_up_day_is_a_working_day(law: Catalog) -> None:
    saturday = datetime.fromisoformat("2026-05-09T09:00:00+08:00")
    assert Hours().is_open(saturday, law.working_days)


def test_a_webhook_gets_one_signed_message_a_person(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_KEY", SECRET)
    with receiving(Receiver()) as receiver:
        office = county.office(hook(receiver))
        sent = office.deliver(NOON)
        assert len(receiver.got) == len(sent)
        assert office.deliver(NOON) == []
    for body, signature in zip(receiver.bodies, receiver.signatures, strict=True):
        assert hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest() == signature
    assert len({each["id"] for each in receiver.got}) == len(receiver.got)


def test_what_fails_is_tried_again_later_and_given_up_in_the_end(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_KEY", SECRET)
    now, tries = NOON, 0
    with receiving(Receiver(answers=[500] * 100)) as receiver:
        office = county.office(hook(receiver))
        while "waiting" in county.states() or not county.states():
            sent = office.deliver(now)
            tries += bool(sent)
            assert all(each.fault == "HTTP 500" for each in sent)
            assert tries < 10
            now += timedelta(hours=1) if now.hour < 17 else timedelta(hours=16)
        assert set(county.states()) == {"dead"}
        assert tries == 6
        marks = {each["id"] for each in receiver.got}
        receiver.answers.clear()
        with transaction(county.engine) as session:
            assert notices.revive(session, {"hook"}) == len(county.states())
        assert all(not each.fault for each in office.deliver(NOON + timedelta(days=7)))
        assert {each["id"] for each in receiver.got} == marks  # a receiver can tell
    assert set(county.states()) == {"sent"}


def test_waits_grow_and_end() -> None:
    waits = [next_try(n, NOON) for n in range(1, 7)]
    assert waits[-1] is None
    assert [wait - NOON for wait in waits if wait] == [
        timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720)
    ]


def test_a_server_that_stalls_holds_nothing_up(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_KEY", SECRET)
    monkeypatch.setattr(sending_module, "_PATIENCE_SECONDS", 0.2)
    with receiving(Receiver(stall=1.0)) as receiver:
        sent = county.office(hook(receiver)).deliver(NOON)
        assert all(each.fault for each in sent)
        with transaction(county.engine) as session:  # nobody waits for it
            put(
                session,
                Project(id=0, name="乙", procedure="gov_building", target="start", updated_on=DAY),
            )


def test_a_process_that_dies_while_sending_lets_the_next_one_send(county: County) -> None:
    office = county.office()
    office.route()
    with transaction(county.engine) as session:
        due = notices.due(session, NOON)
        assert notices.claim(session, due, NOON, "m") == due
        assert notices.claim(session, due, NOON, "m") == []  # another process took them
    assert office.deliver(NOON + timedelta(minutes=5)) == []
    assert office.deliver(NOON + timedelta(minutes=11)) != []
    assert set(county.states()) == {"sent"}


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_followed(
    county: County, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("HOOK_KEY", SECRET)
    with receiving(Receiver(answers=[status] * 9)) as receiver:
        sent = county.office(hook(receiver)).deliver(NOON)
        assert {each.fault for each in sent} == {f"HTTP {status}"}
        assert len(receiver.got) == len(sent)


def test_no_robot_is_led_elsewhere(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(Receiver(answers=[307] * 9)) as receiver:
        monkeypatch.setenv("ROBOT", f"json://127.0.0.1:{receiver.port}/?redirect=yes")
        channels = 'channels: {robot: {apprise: "env:ROBOT"}}\npeople: {"*": [robot]}\n'
        sent = county.office(channels).deliver(NOON)
        assert all(each.fault for each in sent)
        assert len(receiver.got) == len(sent)  # what it leads to would come here too


def test_a_host_that_is_not_listed_gets_no_packet(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_KEY", SECRET)
    with receiving(Receiver()) as receiver:
        office = county.office(hook(receiver, hosts="[localhost]"))
        assert all("127.0.0.1" in each.fault for each in office.deliver(NOON))
        assert receiver.got == []
        assert list(faults(office.channels)) == ["hook"]


def test_mail_goes_out_through_a_real_server(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[bytes] = []

    class Keeps:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            got.append(envelope.content)
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Keeps(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        monkeypatch.setenv(
            "MAIL_URL", f"mailto://127.0.0.1:{port}?from=a@county.cn&to=b@county.cn&mode=insecure"
        )
        office = county.office(
            'channels: {mail: {apprise: "env:MAIL_URL"}}\npeople: {"*": [mail]}\n'
        )
        sent = office.deliver(NOON)
    finally:
        controller.stop()
    assert sent
    assert all(not each.fault for each in sent)
    assert len(got) == len(sent)


def test_nothing_is_sent_of_a_project_that_is_over(county: County) -> None:
    office = county.office()
    office.route()
    with transaction(county.engine) as session:
        (record,) = projects.load(session, Sight.on(DAY))
        closed = replace(record.project, state=ProjectState.ARCHIVED, state_why="终止")
        change = changes.Change(record.project, closed)
        changes.keep(session, CLERK, change, action="close project", known_by=DAY)
    assert office.deliver(NOON) == []
    assert set(county.states()) == {"dropped"}


def test_a_secret_is_said_nowhere(
    county: County, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither where a channel fails, nor in the outbox, nor by the commands."""
    monkeypatch.setenv("ROBOT", f"json://127.0.0.1:1/{SECRET}")
    (tmp_path / "bad").write_text(SECRET, encoding="utf-8")
    text = (
        'channels: {robot: {apprise: "env:ROBOT"}, other: {apprise: "file:bad"}}\n'
        'people: {"*": [robot]}\n'
    )
    office = county.office(text)
    sent = office.deliver(NOON)
    assert sent
    assert SECRET not in repr(sent) + repr(office)
    with reading(county.engine) as session:
        assert SECRET not in repr(notices.every(session))
    for wrong in ("nonsense", "env:NOWHERE", "file:nowhere"):
        with pytest.raises(BadChannelError) as error:
            secret_of(wrong)
        assert SECRET not in str(error.value)
    with pytest.raises(BadChannelError) as caught:
        county.office(f'channels: {{robot: {{apprise: "{SECRET}"}}}}\n')
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "channels: [a]",
        "channels: {a: {apprise: x, folder: y}}",
        "channels: {a: {apprise: 'https://robot/key'}}",
        "channels: {a: {folder: x}}\npeople: {b: [c]}",
        "channels: {a: {folder: x}}\npeople: {b: c}",
        "hours: {from: '18:00', to: '08:00'}",
        "hours: {from: '8:00', to: '18:00'}",
        "channels: {a: {folder: x, most_bytes: 3}}",
        "a: [",
        "- a",
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str) -> None:
    (tmp_path / "channels.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadChannelError):
        read_channels(tmp_path)


@pytest.mark.parametrize("most", [40, 60, 333, 4096])
def test_a_message_is_split_by_bytes_and_never_within_a_character(most: int) -> None:
    text = "一行很长的中文说明，不能从字中间断开𠮷" * 9 + "\n" + "second line\n" * 40
    parts = split(text, most)
    assert all(len(part.encode()) <= most for part in parts)
    assert len(parts) == 1 or parts[-1].startswith(f"({len(parts)}/{len(parts)})")
    joined = "".join(part.partition("\n")[2] for part in parts) if len(parts) > 1 else text
    assert joined.replace("\n", "") == text.replace("\n", "")


def test_a_promise_is_called_to_mind_and_a_broken_one_told(county: County, law: Catalog) -> None:
    with transaction(county.engine) as session:
        standings = survey.survey(session, law, Sight.on(DAY))
        (case,) = follow_ups.open_on(session, standings, law, Sight.on(DAY))
        said = FollowUpAct(
            kind=ActKind.PROMISED, day=DAY, who="县教育局", text="补齐图纸", until=date(2026, 3, 6)
        )
        follow_ups.say(session, CLERK, standings[0], case, said)
    told: list[str] = []
    for n in range(9):
        county.review(DAY + timedelta(days=n))
        with reading(county.engine) as session:
            told = [each.notice.kind for each in notices.unrouted(session)]
    assert told.count("promise_due") >= 1
    assert told.count("promise_broken") >= 1
    with reading(county.engine) as session:
        keys = [(each.notice.key, each.notice.recipient) for each in notices.unrouted(session)]
    assert len(keys) == len(set(keys))


def test_the_commands_say_what_goes_out_and_what_became_of_it(tmp_path: Path) -> None:
    empty = tracker("notices", "preview", "--data", tmp_path, cwd=tmp_path)
    assert empty.returncode == 2  # there are no data yet
    engine = engine_for(f"sqlite:///{tmp_path / 'tracker.sqlite'}")
    upgrade(engine)
    with transaction(engine) as session:
        put(session, late_project(), not_begun())
        follow_ups.review_county(session, CLERK, catalog(), DAY)
    engine.dispose()
    shown = tracker("notices", "preview", "--json", "--data", ".", cwd=tmp_path)
    messages = json.loads(shown.stdout)["messages"]
    assert {each["channel"] for each in messages} == {"outbox"}
    assert any("甲" in each["text"] for each in messages)
    done = tracker("notices", "test", "outbox", "--data", ".", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "outbox").iterdir())) == 1
    assert tracker("notices", "test", "nowhere", "--data", ".", cwd=tmp_path).returncode == 2
    assert tracker("notices", "list", "--data", ".", cwd=tmp_path).returncode == 0
    (tmp_path / "channels.yaml").write_text("channels: {a: {folder: x, webhook: y}}", "utf-8")
    doctor = tracker("doctor", "--data", ".", cwd=tmp_path)
    assert "渠道“a”应为" in doctor.stdout


def test_who_has_no_channel_is_named_and_told_later(county: County) -> None:
    office = county.office("channels: {box: {folder: outbox}}\npeople: {某某: [box]}\n")
    assert office.deliver(NOON) == []
    assert county.states() == []
    with reading(county.engine) as session:
        assert "教育专班" in untold(session, office.channels)
    again = county.office('channels: {box: {folder: outbox}}\npeople: {"*": [box]}\n')
    assert again.deliver(NOON) != []
    assert set(county.states()) == {"sent"}


@pytest.mark.parametrize(
    "text",
    [
        "hosts: 5",
        "hosts: [a]\nchannels: {a: {webhook: 'http://h:abc/x'}}\npeople: {'*': [a]}",
        "hosts: [a]\nchannels: {a: {webhook: 'http://[::1/x'}}\npeople: {'*': [a]}",
        "hosts: [a]\nchannels: {a: {webhook: 'http://a/中文'}}\npeople: {'*': [a]}",
        "channels: {a: {folder: 2025-13-45}}",
        "channels: {a: {apprise: 'file:/tmp/nowhere'}}\npeople: {'*': [a]}",
    ],
)
def test_a_strange_file_is_a_fault_and_no_crash(county: County, text: str) -> None:
    try:
        office = county.office(text)
    except BadChannelError:
        return
    sent = office.deliver(NOON)
    assert all(each.fault for each in sent)
    assert "sending" not in county.states()
