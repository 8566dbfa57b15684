"""A person's telephone in the exchange's words."""

from hotline.acd import phones
from hotline.acd.switch import Telephone


def told(telephone):
    return {kind: {row["attribute"]: row["value"] for row in fields} for kind, fields in phones.settings(telephone)}


def test_nobody_can_sign_in_as_a_desk_telephone_that_has_no_secret():
    found = told(Telephone(3, "p-3", "", "sip:p3@10.0.0.7:5060", is_browser=False))
    assert "auth" not in found
    assert found["aor"]["max_contacts"] == "0"
    assert found["aor"]["contact"] == "sip:p3@10.0.0.7:5060"
    assert found["endpoint"]["identify_by"] == "ip"


def test_a_telephone_that_signs_in_has_a_secret_and_one_place():
    found = told(Telephone(3, "p-3", "d" * 32, "", is_browser=True))
    assert found["auth"]["md5_cred"] == "d" * 32
    assert found["endpoint"]["auth"] == "p-3"
    assert (found["aor"]["max_contacts"], found["aor"]["remove_existing"]) == ("1", "yes")
    assert found["endpoint"]["webrtc"] == "yes"
