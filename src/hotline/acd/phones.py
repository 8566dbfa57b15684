"""A person's telephone in the exchange's words."""

from hotline.acd.switch import Telephone

Fields = list[dict[str, str]]
COMMON = {
    "context": "from-phone", "disallow": "all", "allow": "alaw,ulaw",
    "direct_media": "no", "rtp_symmetric": "yes", "force_rport": "yes",
    "rewrite_contact": "yes", "language": "zh", "tone_zone": "cn", "allow_transfer": "no",
    "send_pai": "yes", "send_connected_line": "no",
}  # fmt: skip


def settings(telephone: Telephone) -> list[tuple[str, Fields]]:
    """What is to be set, in the order in which it must be: secret, place, telephone."""
    account = telephone.account
    place = {"max_contacts": "1", "remove_existing": "yes", "default_expiration": "120", "qualify_frequency": "0"}
    endpoint = COMMON | {"aors": account}
    if telephone.contact:
        # it has no secret: nobody may sign in as it, and nothing that comes in its name is taken for it
        place |= {"contact": telephone.contact, "max_contacts": "0", "remove_existing": "no"}
        endpoint |= {"identify_by": "ip"}
        return [("aor", _fields(place)), ("endpoint", _fields(endpoint))]
    secret = {"auth_type": "md5", "username": account, "md5_cred": telephone.digest, "realm": "hotline"}
    endpoint |= {"auth": account}
    if telephone.is_browser:
        endpoint["webrtc"] = "yes"
    return [("auth", _fields(secret)), ("aor", _fields(place)), ("endpoint", _fields(endpoint))]


def _fields(values: dict[str, str]) -> Fields:
    return [{"attribute": name, "value": value} for name, value in values.items()]
