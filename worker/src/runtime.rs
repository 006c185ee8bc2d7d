//! The one file that reads the clock, randomness and the environment. Everything else is told.

#![expect(clippy::disallowed_methods, reason = "this is the file that may")]

use base64ct::{Base64UrlUnpadded, Encoding};
use mfa_core::external::Loopback;
use mfa_core::time::Timestamp;
use worker::Env;
use zeroize::Zeroizing;

use crate::error::{Code, Problem};

/// No present moment is before this one: the beginning of 2026.
const EARLIEST: Timestamp = Timestamp(1_767_225_600);

/// The present moment. In production it stands still within a request but for I/O. A clock that has lost the time
/// counts from the beginning of its own: by such a one nothing is decided.
pub(crate) fn now() -> Result<Timestamp, Problem> {
    let now = Timestamp(worker::Date::now().as_millis() / 1000);
    if now < EARLIEST { Err(Problem::alarm("the clock has lost the time")) } else { Ok(now) }
}

/// Whether the clock can be right: neither before anything was built, nor a generation after.
pub(crate) fn clock_is_sane() -> bool {
    const LATEST: Timestamp = Timestamp(EARLIEST.0 + 30 * 365 * 86_400);
    (EARLIEST..LATEST).contains(&Timestamp(millis() / 1000))
}

/// Milliseconds by the clock, as it is, to tell how long something took: nothing is decided by it.
pub(crate) fn millis() -> u64 {
    worker::Date::now().as_millis()
}

/// A name for a request: no secret, and never refused.
pub(crate) fn request_id() -> String {
    let half = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}", half(), half())
}

/// Any number below `end`, to spread work: no secret.
pub(crate) fn any_below(end: u32) -> u32 {
    (js_sys::Math::random() * f64::from(end)) as u32
}

/// `N` bytes from the platform's cryptographic source.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Problem::alarm("randomness is not available"))?;
    Ok(bytes)
}

/// One 256-bit key under its name.
pub(crate) struct NamedKey {
    pub(crate) id: String,
    pub(crate) bytes: Zeroizing<[u8; 32]>,
}

/// Keys of one purpose, the newest first: it makes, all of them open.
pub(crate) struct KeyRing(Vec<NamedKey>);

impl KeyRing {
    /// The one to make new things with.
    pub(crate) fn newest(&self) -> Result<&NamedKey, Problem> {
        self.0.first().ok_or_else(|| Problem::alarm("a key ring is empty"))
    }

    /// The one called `id`.
    pub(crate) fn named(&self, id: &str) -> Option<&NamedKey> {
        self.0.iter().find(|key| key.id == id)
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &NamedKey> {
        self.0.iter()
    }

    /// Reads one: `id:key`, and more after commas.
    pub(crate) fn parse(text: &str) -> Option<KeyRing> {
        let keys = text.split(',').map(|entry| {
            let (id, key) = entry.trim().split_once(':')?;
            let well_named = !id.is_empty() && id.len() <= 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
            well_named.then_some(NamedKey { id: id.to_owned(), bytes: parse_key(key)? })
        });
        keys.collect::<Option<Vec<_>>>().map(KeyRing)
    }
}

/// What the deployment keeps secret.
pub(crate) struct Secrets {
    /// Wrap each tenant's data key.
    pub(crate) key_encryption: KeyRing,
    /// Enter each password's hash.
    pub(crate) peppers: KeyRing,
    /// Sign sessions and tag tokens.
    pub(crate) tokens: KeyRing,
    /// Names objects, so that no log of the platform holds a member's name. Cannot be rotated.
    pub(crate) naming: Zeroizing<[u8; 32]>,
}

impl Secrets {
    /// Reads them. A missing or malformed one is an alarm, never a default.
    pub(crate) fn read(env: &Env) -> Result<Secrets, Problem> {
        let ring = |name| {
            KeyRing::parse(&secret(env, name)?)
                .ok_or_else(|| malformed(name, "id:key[,id:key…] with keys of 32 bytes in base64url"))
        };
        Ok(Secrets {
            key_encryption: ring("KEY_ENCRYPTION_KEYS")?,
            peppers: ring("PEPPERS")?,
            tokens: ring("TOKEN_KEYS")?,
            naming: parse_key(&secret(env, "NAMING_KEY")?)
                .ok_or_else(|| malformed("NAMING_KEY", "32 bytes in base64url"))?,
        })
    }
}

/// What the operator proves herself with.
pub(crate) fn operator_token(env: &Env) -> Result<Zeroizing<String>, Problem> {
    let token = secret(env, "OPERATOR_TOKEN")?;
    if token.len() < 32 {
        return Err(malformed("OPERATOR_TOKEN", "at least 32 characters"));
    }
    Ok(token)
}

/// How a setting stands, for whoever has to mend it: names of keys, never a value.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) is_there: bool,
    pub(crate) keys: Vec<String>,
    /// What to do, if something is wrong.
    pub(crate) fault: Option<&'static str>,
    /// What it means that it is not there, where it may be absent.
    pub(crate) without: &'static str,
}

/// Every setting. No alarm: whoever asks is told.
pub(crate) fn settings(env: &Env) -> Vec<Setting> {
    let read = |name: &str| env.secret(name).ok().map(|secret| Zeroizing::new(secret.to_string()));
    let mut settings = Vec::new();
    let mut is = |name, text: Option<Zeroizing<String>>, keys: Option<Vec<String>>, fault| {
        let fault = if keys.is_some() { None } else { Some(fault) };
        let keys = keys.unwrap_or_default();
        settings.push(Setting { name, is_there: text.is_some(), keys, fault, without: "" });
    };
    for (name, fault) in [
        (
            "KEY_ENCRYPTION_KEYS",
            "Not set, or not id:key[,id:key…] with keys of 32 bytes in base64url: put the secret back from where you \
             keep it. Do not make a new one: see \"The key-encryption key is lost\" in the runbook.",
        ),
        (
            "PEPPERS",
            "Not set, or not id:key[,id:key…] with keys of 32 bytes in base64url: put the secret back from where you \
             keep it. With a new one no password is right.",
        ),
        (
            "TOKEN_KEYS",
            "Not set, or not id:key[,id:key…] with keys of 32 bytes in base64url: put the secret back. If it is lost, \
             make a new one: everybody signs in anew, and links that were sent are worthless.",
        ),
    ] {
        let text = read(name);
        let ring = text.as_ref().and_then(|text| KeyRing::parse(text));
        is(name, text, ring.map(|ring| ring.all().map(|key| key.id.clone()).collect()), fault);
    }
    let naming = read("NAMING_KEY");
    let well_formed = naming.as_ref().and_then(|text| parse_key(text)).map(|_| Vec::new());
    let fault = "Not set, or not 32 bytes in base64url: put the secret back from where you keep it. With another one \
                 nobody is found.";
    is("NAMING_KEY", naming, well_formed, fault);
    let token = read("OPERATOR_TOKEN");
    let well_formed = token.as_ref().filter(|token| token.len() >= 32).map(|_| Vec::new());
    is("OPERATOR_TOKEN", token, well_formed, "Not set, or shorter than 32 characters: set another.");
    settings.push(origin_setting(env));
    settings.push(notifier_setting(env));
    settings
}

fn origin_setting(env: &Env) -> Setting {
    let origin = env.var("PUBLIC_ORIGIN").ok().map(|origin| origin.to_string());
    let fault = origin.as_ref().filter(|origin| !origin.starts_with("https://")).map(
        |_| "Not https://HOST: correct it in wrangler.toml, and deploy again. Until then every route answers 503.",
    );
    let without = "Not set: only an edge on this machine answers without it.";
    Setting { name: "PUBLIC_ORIGIN", is_there: origin.is_some(), keys: Vec::new(), fault, without }
}

fn notifier_setting(env: &Env) -> Setting {
    let url = env.var("NOTIFIER_URL").ok();
    let has_key = env.secret("NOTIFIER_KEY").ok().is_some_and(|key| parse_key(&key.to_string()).is_some());
    let fault = (url.is_some() && !has_key)
        .then_some("NOTIFIER_KEY is not set, or not 32 bytes in base64url: no tenant object answers without it.");
    let without = "None: invitations and links are handed over by whoever makes them, and nobody is told of anything.";
    Setting { name: "NOTIFIER_URL", is_there: url.is_some(), keys: Vec::new(), fault, without }
}

/// Whether anybody is sent anything: who forgot a password is not promised what nobody sends.
pub(crate) fn has_notifier(env: &Env) -> bool {
    env.var("NOTIFIER_URL").is_ok()
}

/// Where notices go.
pub(crate) struct Notifier {
    pub(crate) url: String,
    /// Signs them.
    pub(crate) key: Zeroizing<[u8; 32]>,
}

impl Notifier {
    /// `None` where the operator has none.
    pub(crate) fn read(env: &Env) -> Result<Option<Notifier>, Problem> {
        let Ok(url) = env.var("NOTIFIER_URL") else { return Ok(None) };
        let key = parse_key(&secret(env, "NOTIFIER_KEY")?)
            .ok_or_else(|| malformed("NOTIFIER_KEY", "32 bytes in base64url"))?;
        Ok(Some(Notifier { url: url.to_string(), key }))
    }
}

/// Whether an identity provider may be on this machine: for the local edge and the tests, never for a deployed one.
pub(crate) fn loopback(env: &Env) -> Loopback {
    match env.var("LOOPBACK_PROVIDERS") {
        Ok(word) if word.to_string() == "allowed" => Loopback::Allowed,
        _ => Loopback::Refused,
    }
}

/// Where links in invitations and notices lead. The operator says so: the host that a request names is whatever its
/// sender likes. Only on this machine do they lead to where we were asked.
pub(crate) fn public_origin(env: &Env, asked: &str) -> Result<String, Problem> {
    if let Ok(origin) = env.var("PUBLIC_ORIGIN") {
        let origin = origin.to_string().trim_end_matches('/').to_owned();
        return if origin.starts_with("https://") {
            Ok(origin)
        } else {
            Err(malformed("PUBLIC_ORIGIN", "https://HOST"))
        };
    }
    let host = asked.strip_prefix("http://").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if matches!(name, "localhost" | "127.0.0.1" | "[::1]") {
        Ok(asked.to_owned())
    } else {
        Err(Problem::alarm_as(Code::Unavailable, "PUBLIC_ORIGIN is not set: it says where links lead"))
    }
}

fn secret(env: &Env, name: &str) -> Result<Zeroizing<String>, Problem> {
    let secret = env.secret(name).map_err(|_| Problem::alarm(&format!("the secret {name} is not set")))?;
    Ok(Zeroizing::new(secret.to_string()))
}

fn parse_key(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    let length = Base64UrlUnpadded::decode(text.trim().trim_end_matches('='), bytes.as_mut()).ok()?.len();
    (length == 32).then_some(bytes)
}

fn malformed(name: &str, form: &str) -> Problem {
    Problem::alarm_as(Code::Unavailable, &format!("the secret {name} is malformed: it must be {form}"))
}
