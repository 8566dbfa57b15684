"""The telephones as Asterisk knows them: told anew whenever one changes, for it keeps none of it itself."""

from collections.abc import Sequence
from contextlib import suppress

from structlog import get_logger

from hotline.acd import phones
from hotline.acd.ari import Ari, AriError, part
from hotline.acd.switch import Telephone

log = get_logger()


class Directory:
    """Whose telephone is which account, and which of them stand at a fixed address."""

    def __init__(self, ari: Ari, app: str) -> None:
        self._ari, self._app = ari, app
        self.accounts: dict[int, str] = {}
        self.persons: dict[str, int] = {}
        self.fixed: set[int] = set()
        self._places: dict[str, str] = {}  # the fixed address that was set for each account; empty: it signs in

    async def know(self, telephones: Sequence[Telephone]) -> dict[int, bool]:
        """Tell the exchange every telephone anew."""
        reached = {}
        for telephone in telephones:
            try:
                await self._forget_other_place(telephone)
                self.accounts[telephone.person] = telephone.account
                self.persons[telephone.account] = telephone.person
                (self.fixed.add if telephone.contact else self.fixed.discard)(telephone.person)
                for kind, fields in phones.settings(telephone):
                    path = f"asterisk/config/dynamic/res_pjsip/{kind}/{telephone.account}"
                    await self._ari.ask("PUT", path, body={"fields": fields})
                source = {"eventSource": f"endpoint:PJSIP/{telephone.account}"}
                await self._ari.ask("POST", f"applications/{part(self._app)}/subscription", source)
            except AriError as error:
                log.warning("asterisk.telephone", account=telephone.account, error=str(error))
                reached[telephone.person] = False
            else:
                reached[telephone.person] = bool(telephone.contact) or await self.is_online(telephone.account)
        return reached

    async def _forget_other_place(self, telephone: Telephone) -> None:
        """A fixed address is added to those that are there: another one that was set before must go first."""
        path = f"asterisk/config/dynamic/res_pjsip/aor/{part(telephone.account)}"
        before = self._places.get(telephone.account)
        if before is None:  # an ACD before this one may have set it
            before = await self._place(path)
        if before and before != telephone.contact:
            await self._ari.attempt("DELETE", path)
        self._places[telephone.account] = telephone.contact

    async def _place(self, path: str) -> str:
        """The fixed address that the exchange has; nothing for one that signs in, or that is not there."""
        with suppress(AriError):
            told = await self._ari.ask("GET", path)
            return next((str(one["value"]) for one in told if one["attribute"] == "contact"), "")
        return ""

    async def is_online(self, account: str) -> bool:
        """Whether somebody has signed in as it."""
        found = await self._ari.ask("GET", f"endpoints/PJSIP/{part(account)}")
        return bool(found.get("state") == "online")
