"""What a file's content credential says, and how far it can be believed.

C2PA Technical Specification 2.2, section 15 "Validation". Nothing here touches the network, whatever a file asks for.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Literal

from pipelines.core.models import ASSETS
from pipelines.media import MEDIA_TYPES
from studio.provenance.certificate import Certificate
from studio.provenance.credential_faults import NAMES, Fault, faults_of, sentences

RECORD_LABEL = "local.afternoonstudio.record"
CARRIERS = "png jpg webp gif tif avif mp4 m4b mov wav mp3 flac zip pdf"
# e-mail protection, document signing, and C2PA claim signing, which the official list's certificates are for
_EXTENDED_KEY_USAGES = "1.3.6.1.5.5.7.3.4\n1.3.6.1.5.5.7.3.36\n1.3.6.1.4.1.62558.2.1"
# How every C2PA store begins, and what every claim in it has (section 11.1.4): one flipped byte spares one of the two.
_REMAINS = (b"jumdc2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71", b"c2pa.signature\x00")
EXPIRED, UNKNOWN_TIME = "signingCredential.expired", "timeStamp.untrusted"
_MOST_NODES = 400  # of an ingredient tree: a small hostile file can describe one of any size

# broken: the content is not what was signed, or the credential is damaged. expired and malformed: the content is what was signed, but who signed
# it cannot be confirmed, or one of the statements is written wrongly. unclear: a check could not be made here. `faults` says more.
State = Literal[
    "this studio", "known signer", "unrecognised signer", "expired", "malformed", "unclear", "broken", "none"
]


@dataclass(frozen=True)
class Action:
    """One step of a file's history as its signer tells it, such as "c2pa.edited"."""

    name: str
    when: str | None
    source_type: str | None


@dataclass(frozen=True)
class Credential:
    """What a file's credential says and how far it can be believed; ingredients are the same, down to the leaves.

    `record` is present only where this studio signed and nothing was changed since. `problems` are sentences.
    """

    state: State
    signer: str | None = None
    title: str | None = None
    media_type: str | None = None
    relationship: str | None = None
    source_type: str | None = None
    actions: tuple[Action, ...] = ()
    record: dict[str, Any] | None = None
    ingredients: tuple[Credential, ...] = ()
    problems: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    signed_at: str | None = None  # by a timestamp; None: only the signer's own word tells when

    @property
    def tampered_ingredients(self) -> tuple[Credential, ...]:
        """Every ingredient below this one, at any depth, whose own credential is broken."""
        below = tuple(
            tampered_ingredient for part in self.ingredients for tampered_ingredient in part.tampered_ingredients
        )
        return tuple(part for part in self.ingredients if part.state == "broken") + below


def can_carry(media_type: str) -> bool:
    """Whether this type can be signed: PNG, JPEG, WebP, GIF, TIFF, AVIF, MP4, M4A, MOV, WAV, MP3, FLAC, ZIP, PDF."""
    return container_format(media_type) in {container_format(MEDIA_TYPES[f".{ending}"]) for ending in CARRIERS.split()}


def read_credential(
    path: Path,
    certificate: Certificate,
    media_type: str | None = None,
    known_signers: Path | Sequence[Path] | None = None,
) -> Credential:
    """Read and verify a file's credential. `known_signers`: folders of *.pem anchors trusted besides our own; a later one's file replaces its namesake.

    C2PA 2.2, section 15 "Validation". Never uses the network. Hostile bytes give "none" or "broken"; only a file that
    cannot be opened raises (OSError).
    """
    media_type = media_type or MEDIA_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0]
    with path.open("rb") as file:
        return read_opened(file, media_type, certificate.anchor, known_anchors(known_signers))


def read_opened(file: IO[bytes], media_type: str | None, anchor: str, known: str = "") -> Credential:
    """`read` for a file that is open already. `anchor` is our own certificate, `known` those of known signers, both as PEM text."""
    own, problem = _store(file, media_type, anchor)
    if own is None:
        return _unreadable(file, media_type, problem)
    other = _store(file, media_type, anchor + known)[0] if known else None
    try:
        unknown = own["active_manifest"] and UNKNOWN_TIME in _codes(own, "informational")
        dated = _store(file, media_type, anchor + known + timestamp_authorities())[0] if unknown else None
        return _credential(_date(own, dated), other and _date(other, dated))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        damaged = ("The credential cannot be read: it is not built as the standard asks.",)
        return Credential("broken", media_type=media_type, problems=damaged, faults=("damaged",))


def library_settings(anchors: str) -> dict[str, Any]:
    """Library settings: trust only `anchors`, fetch nothing, make no thumbnails, check what was signed."""
    return {
        "verify": {
            "verify_after_sign": True,
            "verify_trust": True,
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
        },
        "trust": {"user_anchors": anchors, "trust_config": _EXTENDED_KEY_USAGES},
        "builder": {"thumbnail": {"enabled": False}},
    }


def container_format(media_type: str) -> str:
    """Return the media type under which C2PA reads a file."""
    return "zip" if media_type in ("application/zip", "application/x-zip-compressed") else media_type


def _store(file: IO[bytes], media_type: str | None, anchors: str) -> tuple[dict[str, Any] | None, str | None]:
    """The verified manifest store as the library reports it; else None and why, or twice None: there is no store."""
    import c2pa

    file.seek(0)
    try:
        context = c2pa.Context.from_dict(library_settings(anchors))
        reader = c2pa.Reader.try_create(container_format(media_type) if media_type else None, file, None, context)
        if reader is None:
            return None, None
        with reader:
            return json.loads(reader.json()), None
    except Exception as error:  # noqa: BLE001  the bytes are hostile and the library's errors are many
        return None, f"{type(error).__name__}: {error}"


def _unreadable(file: IO[bytes], media_type: str | None, problem: str | None) -> Credential:
    """Tell a file that never had a credential from one whose credential no longer reads."""
    file.seek(0)
    archive = file.read(2) == b"PK"  # may hold other signed files as they are
    if _holds(file, (b"META-INF/content_credential.c2pa",) if archive else _REMAINS):
        damaged = ("The credential is damaged: unreadable.",)
        return Credential("broken", media_type=media_type, problems=damaged, faults=("damaged",))
    if problem and "RemoteManifest" in problem:
        elsewhere = "It names a credential on the web, which was not fetched."
        return Credential("none", media_type=media_type, problems=(elsewhere,))
    return Credential("none", media_type=media_type)


def _holds(file: IO[bytes], markers: Sequence[bytes]) -> bool:
    """Whether one of the markers stands anywhere in the file, read a megabyte at a time."""
    file.seek(0)
    overlap, end = max(len(marker) for marker in markers) - 1, b""
    while block := file.read(1 << 20):
        end += block
        if any(marker in end for marker in markers):
            return True
        end = end[-overlap:]
    return False


def known_anchors(folders: Path | Sequence[Path] | None) -> str:
    """All certificates in the folders' *.pem files as one text; a file that is no certificate is passed over."""
    wanted = [folders] if isinstance(folders, Path) else list(folders or ())
    files = {path.name: path for folder in wanted if folder.is_dir() for path in sorted(folder.glob("*.pem"))}
    if not files:
        return ""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    certificates = []
    for path in files.values():
        try:
            certificates += x509.load_pem_x509_certificates(path.read_bytes())
        except (ValueError, OSError):
            continue
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


@lru_cache(maxsize=1)
def timestamp_authorities() -> str:
    """The authorities of timestamps on the C2PA list, as PEM text. They vouch for a time and for no signer."""
    return known_anchors(ASSETS / "trust" / "timestamps")


def _codes(store: dict[str, Any], outcome: str) -> set[str]:
    """The codes of the active manifest: its "success", "failure" or "informational" ones."""
    results = store.get("validation_results", {}).get("activeManifest", {})
    return {str(entry.get("code")) for entry in results.get(outcome, [])}


def _date(store: dict[str, Any], dated: dict[str, Any] | None) -> dict[str, Any]:
    """The report without the fault "expired" and the unknown time where an authority of timestamps vouches for it.

    Where nobody vouches for the timestamp, the fault says so. `dated`: the report with those authorities, of which only this is taken.
    """
    if dated is None:
        return store
    results = dict(store["validation_results"]["activeManifest"])
    failure = list(results["failure"])
    vouched = EXPIRED not in _codes(dated, "failure")
    if expired := EXPIRED in _codes(store, "failure"):
        failure = [entry for entry in failure if entry.get("code") != EXPIRED]
        failure += [] if vouched else [{"code": f"{EXPIRED}, {UNKNOWN_TIME}"}]
    if UNKNOWN_TIME not in _codes(dated, "informational"):
        results["informational"] = [entry for entry in results["informational"] if entry.get("code") != UNKNOWN_TIME]
    state = store["validation_state"]
    if expired and not failure:
        state = "Trusted" if _says_trusted(store) else "Valid"
    report = {"activeManifest": results | {"failure": failure}}
    return store | {"validation_state": state, "validation_results": store["validation_results"] | report}


@dataclass
class _Reading:
    """One report read with our own anchor, perhaps one with the known signers' too, and the nodes left to draw."""

    own: dict[str, Any]
    known: dict[str, Any] | None
    nodes_left: int = _MOST_NODES


def _credential(own: dict[str, Any], known: dict[str, Any] | None) -> Credential:
    """The verdict on the whole file from its report(s)."""
    reading = _Reading(own, known)
    results = own.get("validation_results", {}).get("activeManifest", {})
    failed = results.get("failure", [])
    if not failed and own.get("validation_state") not in ("Trusted", "Valid"):
        failed = _failed_below(own) or [{"code": "general.error"}]
    faults, failures = faults_of(failed, results.get("success", [])), sentences(failed)
    state: State = _faulty(faults) or "unrecognised signer"
    if state == "unrecognised signer" and _trusts(own):
        state = "this studio"
    elif state == "unrecognised signer" and known is not None and _trusts(known):
        state = "known signer"
    if state in ("this studio", "known signer") or (known is not None and _says_trusted(known)):
        faults = tuple(fault for fault in faults if fault != "untrusted")
    return _node(reading, own["active_manifest"], state, failures, faults)


def _failed_below(store: dict[str, Any]) -> list[dict[str, Any]]:
    """What today's check found wrong in ingredients and was not recorded when they were taken in."""
    deltas = store.get("validation_results", {}).get("ingredientDeltas", [])
    return [entry for delta in deltas for entry in delta.get("validationDeltas", {}).get("failure", [])]


def _trusts(store: dict[str, Any]) -> bool:
    """Whether everything holds and the signer is on a list; a name that was added and is not confirmed takes nothing from that."""
    failed = store.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    only_names = bool(failed) and all(str(entry.get("code")).startswith(NAMES) for entry in failed)
    return store.get("validation_state") == "Trusted" or (
        only_names and _says_trusted(store) and not _failed_below(store)
    )


def _says_trusted(store: dict[str, Any]) -> bool:
    """Whether the active manifest's signer is on a list, whatever else is wrong with it."""
    return "signingCredential.trusted" in _codes(store, "success")


def _faulty(faults: tuple[Fault, ...]) -> State | None:
    """The state that the gravest fault puts a credential in; None where none does."""
    if any(fault in faults for fault in ("tampered", "damaged")):
        return "broken"
    if "unchecked" in faults:
        return "unclear"
    if any(fault in faults for fault in ("revoked", "expired", "unfit")):
        return "expired"
    if "malformed" in faults:
        return "malformed"
    return "unclear" if any(fault in faults for fault in ("unsupported", "unknown")) else None


def _node(
    reading: _Reading, label: str, state: State, problems: tuple[str, ...], faults: tuple[Fault, ...]
) -> Credential:
    """One manifest with everything below it."""
    manifest = reading.own["manifests"][label]
    actions = _actions(manifest)
    kinds = [action.source_type for action in actions if action.source_type]
    believed = state in ("this studio", "known signer")
    ingredients = tuple(
        _ingredient(reading, label, part, believed) for part in manifest.get("ingredients", []) if _spend(reading)
    )
    signature = manifest.get("signature_info", {})
    claimed = label == reading.own["active_manifest"] and UNKNOWN_TIME in _codes(reading.own, "informational")
    signed_at = str(signature["time"]) if signature.get("time") and not claimed else None
    return Credential(
        state=state,
        signer=signature.get("common_name") or signature.get("issuer"),
        title=manifest.get("title"),
        media_type=manifest.get("format"),
        source_type=next((kind for kind in kinds if "lgorithmic" in kind), kinds[0] if kinds else None),
        actions=actions,
        record=_record(manifest) if state == "this studio" else None,
        ingredients=ingredients,
        problems=problems,
        faults=faults if signed_at else (*faults, "undated"),
        signed_at=signed_at,
    )


def _spend(reading: _Reading) -> bool:
    reading.nodes_left -= 1
    return reading.nodes_left >= 0


def _ingredient(reading: _Reading, parent: str, part: dict[str, Any], believed: bool) -> Credential:
    """One ingredient: how it verified when it was taken in, as its parent's signer recorded, corrected by today's.

    The ingredient's own bytes are gone, so that record is as good as the parent's signer: when he is not `believed`,
    an ingredient never counts as signed by this studio or a known signer.
    """
    recorded = part.get("validation_results", {}).get("activeManifest", {})
    failed = [*recorded.get("failure", []), *_delta(reading.own, parent, part, "failure")]
    succeeded = [*recorded.get("success", []), *_delta(reading.own, parent, part, "success")]
    problems, faults = sentences(failed), faults_of(failed, succeeded)
    state: State = _faulty(faults) or "unrecognised signer"
    label = part.get("active_manifest")
    if label is None:
        state = "broken" if problems else "none"
    elif label not in reading.own["manifests"]:
        state, faults = "broken", faults or ("damaged",)
    elif state != "unrecognised signer":
        pass
    elif believed and _trusts_ingredient(reading.own, parent, part):
        state = "this studio"
    elif believed and reading.known is not None and _trusts_ingredient(reading.known, parent, part):
        state = "known signer"
    if state in ("this studio", "known signer"):
        faults = tuple(fault for fault in faults if fault != "untrusted")
    here = Credential(state, problems=problems, faults=faults)
    if label in reading.own["manifests"]:
        here = _node(reading, str(label), state, problems, faults)
    return replace(
        here,
        title=part.get("title") or here.title,
        media_type=part.get("format") or here.media_type,
        relationship=part.get("relationship"),
    )


def _delta(store: dict[str, Any], parent: str, part: dict[str, Any], outcome: str) -> list[dict[str, Any]]:
    """What today's check found otherwise than was recorded when the ingredient was taken in (section 15.11.3)."""
    suffix = f"/{parent}/c2pa.assertions/{part.get('label')}"
    return [
        entry
        for delta in store.get("validation_results", {}).get("ingredientDeltas", [])
        if delta.get("ingredientAssertionURI", "").endswith(suffix)
        for entry in delta.get("validationDeltas", {}).get(outcome, [])
    ]


def _trusts_ingredient(store: dict[str, Any], parent: str, part: dict[str, Any]) -> bool:
    """Whether the ingredient's own signer is trusted under the anchors with which the store was read."""
    recorded = part.get("validation_results", {}).get("activeManifest", {}).get("success", [])
    gained = any(entry.get("code") == "signingCredential.trusted" for entry in _delta(store, parent, part, "success"))
    lost = any(entry.get("code") == "signingCredential.untrusted" for entry in _delta(store, parent, part, "failure"))
    return gained or (not lost and any(entry.get("code") == "signingCredential.trusted" for entry in recorded))


def _actions(manifest: dict[str, Any]) -> tuple[Action, ...]:
    """The manifest's actions in order."""
    return tuple(
        Action(
            str(action.get("action")),
            action.get("when"),
            str(action["digitalSourceType"]).rsplit("/", 1)[-1] if action.get("digitalSourceType") else None,
        )
        for assertion in manifest.get("assertions", [])
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion.get("data", {}).get("actions", [])
    )


def _record(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """Our own recipe inside the manifest."""
    return next((one["data"] for one in manifest.get("assertions", []) if one.get("label") == RECORD_LABEL), None)
