"""The one service setting of SSM that changes how executions behave here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rehearsal.emulator.wire import Fault
from rehearsal.emulator.world import NotEmulatedError, World

ADAPTIVE = "/ssm/automation/enable-adaptive-concurrency"
"""500 executions at once in place of 100 (AWS docs: adaptive-concurrency; trap 4.5)."""

Request = Mapping[str, Any]


class Settings:
    """One method per operation; each takes moto's response object and the request."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._changed: dict[tuple[str, str], datetime] = {}

    def get_service_setting(self, at: Any, request: Request) -> Request:
        """GetServiceSetting."""
        return {"ServiceSetting": self._shown(at, request)}

    def update_service_setting(self, at: Any, request: Request) -> Request:
        """UpdateServiceSetting: True or False."""
        self._known(request)
        value = str(request["SettingValue"]).lower()
        if value not in ("true", "false"):
            message = f"The value {request['SettingValue']} of {ADAPTIVE} is not True or False."
            raise Fault("ValidationException", message)
        place = (at.current_account, at.region)
        adaptive = self._world.automation.limits.adaptive
        (adaptive.add if value == "true" else adaptive.discard)(place)
        self._changed[place] = self._world.clock.now()
        return {}

    def reset_service_setting(self, at: Any, request: Request) -> Request:
        """ResetServiceSetting: off again."""
        self._known(request)
        place = (at.current_account, at.region)
        self._world.automation.limits.adaptive.discard(place)
        self._changed.pop(place, None)
        return {"ServiceSetting": self._shown(at, request)}

    def _shown(self, at: Any, request: Request) -> dict[str, Any]:
        self._known(request)
        place = (at.current_account, at.region)
        on = place in self._world.automation.limits.adaptive
        changed = self._changed.get(place)
        return {
            "SettingId": ADAPTIVE,
            "SettingValue": str(on),
            "ARN": f"arn:aws:ssm:{at.region}:{at.current_account}:servicesetting{ADAPTIVE}",
            "Status": "Customized" if changed else "Default",
            **({"LastModifiedDate": changed} if changed else {}),
        }

    def _known(self, request: Request) -> None:
        """By name or by ARN; raises NotEmulatedError for any other setting."""
        if not str(request["SettingId"]).endswith(ADAPTIVE):
            raise NotEmulatedError(f"The service setting {request['SettingId']} is not emulated.")
