"""The sender's own workbook with what is to be said of each row; it holds whole numbers, so who takes it is on record."""
from collections import defaultdict

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.identity import unseal_bytes
from laborbridge.rules import RuleBroken

from ..lists.remarks import sentences
from ..lists.saving import chunks_of
from ..models import ListFile, ListImport, ListRow
from ..reading.giving_back import give_back


def our_headings() -> list[str]:
    """What our column is called in every language: whoever sends the mended workbook need not explain it."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(_("What became of the row"))
    return found


def give_back_list(*, imported: ListImport, by: User) -> tuple[bytes, str]:
    """The file and its name; each row with its outcome and its remarks."""
    kept = ListFile.objects.filter(imported=imported).first()
    if kept is None:
        raise RuleBroken(_("The file of this list was not kept, since the list was dropped."))
    lines: dict[str, list[int]] = defaultdict(list)
    for sheet in imported.layout.get("sheets", ()):
        lines[sheet["title"]].append(sheet["heading_line"])
    said = {(row.sheet, row.line): _said(row) for rows in chunks_of(imported) for row in rows}
    data, ending = give_back(
        unseal_bytes(bytes(kept.cipher)), imported.layout.get("kind", ""), said, _("What became of the row"), lines)
    with transaction.atomic():
        record("list given back", subject=imported, by=by, campaign=imported.campaign, purpose="to its sender, with remarks")
    stem = imported.file_name.rpartition(".")[0] or imported.file_name or _("Pasted list")
    return data, _("%(name)s with remarks.%(ending)s") % {"name": stem, "ending": ending}


def _said(row: ListRow) -> str:
    outcome = str(ListRow.Outcome(row.outcome).label)
    return _("%(outcome)s: %(said)s") % {"outcome": outcome, "said": " ".join(sentences(row))} if row.remarks else outcome
