"""The rules of lists, broken by SQL: the account adds up, a rejected row has its reason, who and when stand together."""
import pytest
from django.db import IntegrityError, connection, transaction

from laborbridge.rules import broken_rule

from .scene import Scene, person

BREAKS = [
    ("list_import_adds_up", "UPDATE workers_listimport SET rejected = rejected + 1 WHERE id = %(list)s"),
    ("list_import_state_known", "UPDATE workers_listimport SET state = 'lost' WHERE id = %(list)s"),
    ("list_import_failed_has_a_reason", "UPDATE workers_listimport SET state = 'failed', failure = '' WHERE id = %(list)s"),
    ("list_import_stored_with_who_and_when", "UPDATE workers_listimport SET stored_at = now() WHERE id = %(list)s"),
    ("list_import_taken_back_with_who_and_when",
     "UPDATE workers_listimport SET taken_back_at = now() WHERE id = %(list)s"),
    ("list_row_rejected_with_a_reason",
     "UPDATE workers_listrow SET outcome = 'rejected', remarks = '[]' WHERE imported_id = %(list)s"),
    ("list_row_outcome_known", "UPDATE workers_listrow SET outcome = 'gone' WHERE imported_id = %(list)s"),
    ("list_row_once_per_line",
     "INSERT INTO workers_listrow (imported_id, sheet, line, outcome, flagged, remarks, values, changes)"
     " SELECT imported_id, sheet, line, 'new', false, '[]', '{}', '{}' FROM workers_listrow WHERE imported_id = %(list)s"),
]


@pytest.mark.parametrize(("rule", "sql"), BREAKS, ids=[rule for rule, _sql in BREAKS])
def test_a_rule_holds_against_sql(scene: Scene, rule: str, sql: str) -> None:
    imported = scene.send([person("张三", 1)])
    with pytest.raises(IntegrityError) as broken, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, {"list": imported.pk})
    assert broken_rule(broken.value) == rule
