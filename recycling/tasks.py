"""What the clock asks of the end of life; everything that is due stands in rows."""

from datetime import UTC, datetime

from celery import shared_task

from recycling.actions import offer, planner


@shared_task(name="recycling.tasks.expire_offers", ignore_result=True)
def expire_offers() -> int:
    """Close the offers whose time is over: their packs wait for a plan again."""
    return offer.sweep(at=_now())


@shared_task(name="recycling.tasks.replan", ignore_result=True)
def replan() -> int:
    """Ask for the plans that are due: once a night, and after something has changed."""
    return planner.replan(at=_now())


def _now() -> datetime:
    return datetime.now(UTC)
