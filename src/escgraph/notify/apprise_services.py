"""The services that may be reached through Apprise: each speaks to hosts of its own, and only them.

Apprise makes its connections by itself, past the guard that webhooks go through. So no service is
here that takes a host from its address (json://, mailto://, matrix:// and so on): a webhook, Slack,
Teams and ntfy have channels of their own. A test sends by each of them and looks where it went.
"""

from collections.abc import Mapping
from types import MappingProxyType

SERVICES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "bulksms": frozenset({"api.bulksms.com"}),
        "clickatell": frozenset({"platform.clickatell.com"}),
        "clicksend": frozenset({"rest.clicksend.com"}),
        "d7sms": frozenset({"api.d7networks.com"}),
        "dingtalk": frozenset({"oapi.dingtalk.com"}),
        "discord": frozenset({"discord.com"}),
        "feishu": frozenset({"open.feishu.cn"}),
        "firehydrant": frozenset({"signals.firehydrant.com"}),
        "gchat": frozenset({"chat.googleapis.com"}),
        "ifttt": frozenset({"maker.ifttt.com"}),
        "incidentio": frozenset({"api.incident.io"}),
        "join": frozenset({"joinjoaomgcd.appspot.com"}),
        "lark": frozenset({"open.larksuite.com"}),
        "line": frozenset({"api.line.me"}),
        "msgbird": frozenset({"rest.messagebird.com"}),
        "opsgenie": frozenset({"api.opsgenie.com", "api.eu.opsgenie.com"}),
        "pagerduty": frozenset({"events.pagerduty.com", "events.eu.pagerduty.com"}),
        "pagertree": frozenset({"api.pagertree.com"}),
        "pbul": frozenset({"api.pushbullet.com"}),
        "pover": frozenset({"api.pushover.net"}),
        "prowl": frozenset({"api.prowlapp.com"}),
        "psafers": frozenset({"www.pushsafer.com"}),
        "seven": frozenset({"gateway.seven.io"}),
        "signl4": frozenset({"connect.signl4.com"}),
        "spike": frozenset({"api.spike.sh"}),
        "spush": frozenset({"api.simplepu.sh"}),
        "squadcast": frozenset({"api.squadcast.com", "api.eu.squadcast.com"}),
        "tgram": frozenset({"api.telegram.org"}),
        "threema": frozenset({"msgapi.threema.ch"}),
        "twilio": frozenset({"api.twilio.com"}),
        "victorops": frozenset({"alert.victorops.com"}),
        "vonage": frozenset({"rest.nexmo.com"}),
        "wecombot": frozenset({"qyapi.weixin.qq.com"}),
        "whatsapp": frozenset({"graph.facebook.com"}),
        "wxteams": frozenset({"webexapis.com", "api.ciscospark.com"}),
    }
)
"""By what stands before `://`, the hosts that it speaks to."""

ARGUMENTS = frozenset(
    {"channel", "device", "from", "priority", "region", "silent", "sound", "thread", "to", "topic"}
)
"""What may stand behind the `?`. Others name hosts, files and templates, or switch TLS off."""
