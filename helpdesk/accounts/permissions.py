"""Who may do what: one table."""

from enum import StrEnum


class Role(StrEnum):
    """Staff roles, in rising order: each may do all that the ones before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMIN = "admin"


RANK = {role: rank for rank, role in enumerate(Role)}


class May(StrEnum):
    """What a page or a verb asks for."""

    WORK_TICKETS = "work_tickets"
    DECIDE_ESCALATIONS = "decide_escalations"
    DECIDE_EXCEPTIONS = "decide_exceptions"
    SHARE_VIEWS = "share_views"
    PLAN_TEAM = "plan_team"
    MOVE_WORK = "move_work"
    WRITE_SHARED_MACROS = "write_shared_macros"
    SEE_REPORTS = "see_reports"
    MANAGE_TAGS = "manage_tags"
    RETRY_MAIL = "retry_mail"
    PAY_OUT = "pay_out"
    CHANGE_HOURS = "change_hours"
    PUBLISH_POLICY = "publish_policy"
    SEE_HEALTH = "see_health"
    SEE_ALL_STORES = "see_all_stores"


LEAST = {
    May.WORK_TICKETS: Role.AGENT,
    May.DECIDE_ESCALATIONS: Role.SUPERVISOR,
    May.DECIDE_EXCEPTIONS: Role.SUPERVISOR,
    May.SHARE_VIEWS: Role.SUPERVISOR,
    May.PLAN_TEAM: Role.SUPERVISOR,
    May.MOVE_WORK: Role.SUPERVISOR,
    May.WRITE_SHARED_MACROS: Role.SUPERVISOR,
    May.SEE_REPORTS: Role.SUPERVISOR,
    May.MANAGE_TAGS: Role.SUPERVISOR,
    May.RETRY_MAIL: Role.SUPERVISOR,
    May.PAY_OUT: Role.SUPERVISOR,
    May.CHANGE_HOURS: Role.MANAGER,
    May.PUBLISH_POLICY: Role.MANAGER,
    May.SEE_HEALTH: Role.MANAGER,
    May.SEE_ALL_STORES: Role.ADMIN,
}


def allows(role: Role, may: May) -> bool:
    """Whether a person of this role may."""
    return RANK[role] >= RANK[LEAST[may]]
