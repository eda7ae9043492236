"""Every tunable of the service: from the environment and a TOML file, refused where it cannot be meant."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from classifier.errors import UsageError

PREFIX = "PORTOLAN_"
#: Environment variable that names the settings file.
FILE_VARIABLE = "PORTOLAN_SETTINGS"

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PLACEHOLDER = re.compile(
    r"(change|replace|fill|put)[\s_-]*(it|me|this|in)?|your[\s_-].*|<.*>|\{.*\}|x{3,}|\*{3,}|secret|password|passw0rd|"
    r"example|placeholder|todo|test|default|admin|postgres|none|null|123456\d*",
    re.IGNORECASE,
)
_SHORTEST_SECRET = 12

Role = Literal["reader", "annotator", "admin"]


class Settings(BaseSettings):
    """The settings of one service.

    Each is read from ``PORTOLAN_<NAME>`` first, then from the settings file, then takes its default.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address on which the service listens.")
    port: int = Field(8000, ge=0, le=65535, description="Port on which the service listens.")
    workers: int = Field(1, ge=1, le=64, description="Processes that answer requests; each holds the model once.")
    job_workers: int = Field(1, ge=0, le=64, description="Processes that work on jobs; 0 when another service does.")
    public_url: str = Field("", description="Address under which people reach the service; empty is host and port.")
    allow_plain_http: bool = Field(
        default=False, description="Serve beyond this machine without TLS; passwords and keys then travel in the clear."
    )
    allowed_hosts: tuple[str, ...] = Field((), description="Further names in the Host header that are ours.")
    trusted_proxies: str = Field("127.0.0.1", description="Addresses of reverse proxies whose X-Forwarded-* count.")

    data_dir: Path = Field(Path("portolan-data"), description="Folder of uploads, results and the SQLite file.")
    database_url: SecretStr = Field(
        SecretStr(""), description="SQLAlchemy URL of the database; empty is SQLite in the data folder."
    )
    models: Path | None = Field(None, description="Folder of the model versions; empty is the installed one.")
    labelled_data: Path | None = Field(None, description="Folder of the labelled data; empty is that of the checkout.")
    training_configuration: Path | None = Field(
        None, description="TOML file of the training started at the desk; empty is the shipped one."
    )
    model_check_seconds: float = Field(2.0, gt=0, description="How often a promotion or rollback is looked for.")

    body_bytes: int = Field(16_000_000, ge=1_000, description="Largest body of a request that is no upload.")
    upload_bytes: int = Field(500_000_000, ge=1_000, description="Largest upload.")
    body_idle_seconds: float = Field(30.0, gt=0, description="How long a body may stop before it is given up.")
    projects_per_call: int = Field(1_000, ge=1, description="Most projects in one call.")
    text_characters: int = Field(100_000, ge=100, description="Most characters of text in one project of a call.")
    requests_per_minute: int = Field(6_000, ge=1, description="Requests of one key or person, in all workers together.")
    sign_ins_per_minute: int = Field(10, ge=1, description="Sign-ins from one address or for one name.")
    uploads_per_key: int = Field(10, ge=1, description="Unfinished jobs of one user.")
    jobs_waiting: int = Field(100, ge=1, description="Jobs of all users that wait for a worker.")
    job_seconds: int = Field(21_600, ge=1, description="Longest time that a job may run.")
    job_days: float = Field(7.0, gt=0, description="Days after its end that a job and its result are kept.")
    part_projects: int = Field(1_024, ge=1, description="Projects of a part: what a killed job may have to do again.")
    lease_seconds: float = Field(15.0, gt=0, description="How long a silent worker keeps its job.")
    session_hours: float = Field(12.0, gt=0, description="How long a person stays signed in.")
    key_cache_seconds: float = Field(5.0, ge=0, description="How long a worker trusts a key it has just checked.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")
    metrics_public: bool = Field(default=False, description="Show /metrics without a key.")

    oidc_issuer: str = Field("", description="Issuer of the OpenID Connect provider; empty leaves passwords only.")
    oidc_client_id: str = Field("", description="Our client id at the provider.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Our client secret at the provider.")
    oidc_claim: str = Field("email", description="Claim that holds the name of the user.")
    oidc_role: Role | Literal[""] = Field("", description="Role of people seen first; empty admits known users only.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file."""
        return env_settings, init_settings

    @property
    def url(self) -> str:
        """The address under which people reach the service, without a slash at the end."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{shown}:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether people reach the service over TLS."""
        return self.url.startswith("https://")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{self.sqlite_file}"

    @property
    def sqlite_file(self) -> Path:
        """The SQLite file in the data folder, where no other database is named."""
        return (self.data_dir / "portolan.db").absolute()

    @property
    def hosts(self) -> frozenset[str]:
        """Names in the Host header that are ours, in small letters and without a port."""
        return _LOOPBACK | {(urlsplit(self.url).hostname or "").lower()} | {one.lower() for one in self.allowed_hosts}


def load_settings(file: Path | None = None) -> Settings:
    """Read the settings from the environment and a file.

    Parameters
    ----------
    file
        A TOML file; None takes the one that ``PORTOLAN_SETTINGS`` names, if any.

    Raises
    ------
    UsageError
        When a setting is unknown, of the wrong kind, a placeholder, or contradicts another.
    """
    named = os.environ.get(FILE_VARIABLE, "")
    path = file or (Path(named) if named else None)
    given = {} if path is None else _read_file(path)
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise _refuse("; ".join(_fault(one) for one in error.errors(include_input=False))) from None
    _refuse_placeholders(settings)
    _refuse_contradictions(settings)
    return settings


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError:
        raise _refuse(f"There is no settings file {path}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refuse(f"{path} is not TOML ({error})") from None


def _fault(error: Any) -> str:  # noqa: ANN401 - a fault as the library describes it
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def _refuse(detail: str, code: str = "settings-invalid") -> UsageError:
    return UsageError(f"{detail}.", code=code, remedy="docs/service.md explains every setting.")


def _refuse_placeholders(settings: Settings) -> None:
    password = urlsplit(settings.database).password or ""
    if password and _PLACEHOLDER.fullmatch(password):
        raise _refuse("The password in database_url is a placeholder", "settings-placeholder")
    secret = settings.oidc_client_secret.get_secret_value()
    if secret and (_PLACEHOLDER.fullmatch(secret) or len(secret) < _SHORTEST_SECRET):
        raise _refuse("oidc_client_secret is a placeholder or too short", "settings-placeholder")


def _refuse_contradictions(settings: Settings) -> None:
    contradictions = {
        "public_url must begin with http:// or https:// and hold no path, query or name of a user": not _is_origin(
            settings.url
        ),
        "the service would listen beyond this machine without TLS: set public_url to its https:// address, "
        "or allow_plain_http": settings.host not in _LOOPBACK
        and not settings.is_https
        and not settings.allow_plain_http,
        "database_url must begin with sqlite:/// or postgresql+psycopg://": not settings.database.startswith(
            ("sqlite:///", "postgresql+psycopg://")
        ),
        "upload_bytes is smaller than body_bytes": settings.upload_bytes < settings.body_bytes,
        "oidc_issuer, oidc_client_id and oidc_client_secret go together": len(
            {
                bool(settings.oidc_issuer),
                bool(settings.oidc_client_id),
                bool(settings.oidc_client_secret.get_secret_value()),
            }
        )
        > 1,
        "oidc_issuer must be an https:// address": bool(settings.oidc_issuer)
        and not settings.oidc_issuer.startswith("https://")
        and urlsplit(settings.oidc_issuer).hostname not in _LOOPBACK,
    }
    found = [what for what, holds in contradictions.items() if holds]
    if found:
        raise _refuse("; ".join(found), "settings-contradictory")


def _is_origin(url: str) -> bool:
    parts = urlsplit(url)
    plain = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain
