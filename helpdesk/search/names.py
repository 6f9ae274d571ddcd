"""Names as somebody may have meant them: one letter missing, too many, wrong, or two in the wrong order.

The database keeps every word of a customer's name under itself and under itself with each letter left out. Two words
that meet under one of these differ by one slip. It works alike on both engines, asks for few rows by primary key, and
needs no extension.
"""

from sqlalchemy import column, select, table

from helpdesk.core.db import db
from helpdesk.search.clauses import Clause, Leaf, Where
from helpdesk.search.letters import fold, spellings

NAMES = table("search_names", column("key"), column("word"))
SHORTEST, LONGEST, MOST = 4, 20, 12


def loosened(clauses: list[Clause]) -> list[Clause]:
    """The same, but words may go on, and names may be spelt a little differently."""
    return [clause if clause.is_not else Clause(tuple(_loose(clause))) for clause in clauses]


def _loose(clause: Clause) -> list[Leaf]:
    leaves = []
    for leaf in clause.leaves:
        if leaf.where is Where.MARK:
            return [*clause.leaves]
        goes_on = leaf.goes_on or len(leaf.tokens[-1]) >= SHORTEST - 1
        leaves.append(Leaf(leaf.tokens, goes_on, leaf.where))
        if len(leaf.tokens) == 1:
            leaves += [Leaf((word,), where=leaf.where) for word in names_like(leaf.tokens[0])]
    return leaves


def names_like(word: str) -> list[str]:
    """Words of customers' names that differ from this one by one slip."""
    word = fold(word)
    if not SHORTEST <= len(word) <= LONGEST:
        return []
    found = select(NAMES.c.word).where(NAMES.c.key.in_(sorted(spellings(word))), NAMES.c.word != word)
    return list(db.session.scalars(found.distinct().order_by(NAMES.c.word).limit(MOST)))
