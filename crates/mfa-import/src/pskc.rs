//! PSKC, RFC 6030: keys in XML, plain or under a shared key (AES-128-CBC, each value with an HMAC-SHA-1).
//!
//! Whose a key is stands in `UserId` where a product writes it. privacyIDEA does not: a key without one is reported as
//! nameless.

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use mfa_core::member::Imported;
use roxmltree::{Document, Node, ParsingOptions};
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::line::Line;
use crate::parameters::{Said, hex, secret_from_bytes};
use crate::{Trouble, Unreadable, encrypted};

const EXPECTED: &str = "a KeyContainer of PSKC (RFC 6030)";

pub(crate) fn read(text: &str, key: Option<&str>) -> Result<Vec<Line>, Unreadable> {
    // No document type, so no entity either; as many nodes as lines need.
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 20_000_000, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let position = error.pos();
        let at = (usize::try_from(position.row).unwrap_or(0), usize::try_from(position.col).unwrap_or(0));
        Unreadable::OtherForm { expected: EXPECTED, at: Some(at) }
    })?;
    let root = document.root_element();
    if !is(root, "KeyContainer") {
        return Err(Unreadable::OtherForm { expected: EXPECTED, at: None });
    }
    let shared = match find(root, "EncryptionKey") {
        None => None,
        Some(_) => Some(Shared::read(root, key.ok_or(Unreadable::KeyMissing)?)?),
    };
    let packages = root.descendants().filter(|node| is(*node, "KeyPackage"));
    Ok(packages.enumerate().map(|(index, package)| line(index, package, shared.as_ref())).collect())
}

fn line(index: usize, package: Node<'_, '_>, shared: Option<&Shared>) -> Line {
    let serial = text(package, "SerialNo").unwrap_or_default();
    let place = format!("KeyPackage {} {serial}", index + 1).trim_end().to_owned();
    let username = text(package, "UserId").map(name);
    Line::of(place, username, authenticator(package, shared))
}

/// A distinguished name has its common name in it; anything else is the name itself.
fn name(user_id: &str) -> String {
    let parts = user_id.split(',').filter_map(|part| part.trim().split_once('='));
    let common =
        parts.into_iter().find(|(kind, _)| kind.eq_ignore_ascii_case("cn") || kind.eq_ignore_ascii_case("uid"));
    common.map_or(user_id, |(_, name)| name).to_owned()
}

fn authenticator(package: Node<'_, '_>, shared: Option<&Shared>) -> Result<Imported, Trouble> {
    let key = find(package, "Key").ok_or(Trouble::Malformed)?;
    let kind = attribute(key, "Algorithm").unwrap_or_default();
    if !kind.to_ascii_lowercase().ends_with(":totp") {
        return Err(Trouble::OtherKind);
    }
    let digits = find(key, "ResponseFormat").and_then(|format| attribute(format, "Length"));
    let digits = digits.and_then(|length| length.parse().ok()).ok_or(Trouble::Digits)?;
    let period = find(key, "TimeInterval").and_then(|interval| text(interval, "PlainValue"));
    let period = period.map_or(Some(30), |seconds| seconds.parse().ok()).ok_or(Trouble::Period)?;
    let suite = find(key, "Suite");
    let algorithm = suite.and_then(|suite| attribute(suite, "hashalgo").or(suite.text())).map(str::trim);
    let algorithm = algorithm.filter(|name| !name.is_empty()).unwrap_or("sha1");
    let secret = find(key, "Secret").ok_or(Trouble::SecretMalformed)?;
    let bytes = match (text(secret, "PlainValue"), shared) {
        (Some(plain), _) => base64(plain).ok_or(Trouble::SecretMalformed)?,
        (None, Some(shared)) => shared.open(secret)?,
        (None, None) => return Err(Trouble::SecretMalformed),
    };
    Said { algorithm, digits, period }.with(secret_from_bytes(&bytes)?)
}

/// The key that both sides have, and the one that values are authenticated with.
struct Shared {
    key: Zeroizing<Vec<u8>>,
    mac_key: Zeroizing<Vec<u8>>,
}

impl Shared {
    fn read(root: Node<'_, '_>, key: &str) -> Result<Shared, Unreadable> {
        let key = hex(key).filter(|key| key.len() == 16).ok_or(Unreadable::KeyMalformed)?;
        let sealed = find(root, "MACKey").and_then(|mac_key| text(mac_key, "CipherValue")).and_then(base64);
        let mac_key = sealed.and_then(|sealed| encrypted::aes_128_cbc(&key, &sealed)).ok_or(Unreadable::DoesNotOpen)?;
        Ok(Shared { key, mac_key })
    }

    fn open(&self, secret: Node<'_, '_>) -> Result<Zeroizing<Vec<u8>>, Trouble> {
        let sealed = text(secret, "CipherValue").and_then(base64).ok_or(Trouble::SecretMalformed)?;
        let tag = text(secret, "ValueMAC").and_then(base64).ok_or(Trouble::SecretMalformed)?;
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.mac_key).map_err(|_| Trouble::DoesNotOpen)?;
        mac.update(&sealed);
        mac.verify_slice(&tag).map_err(|_| Trouble::DoesNotOpen)?;
        encrypted::aes_128_cbc(&self.key, &sealed).ok_or(Trouble::DoesNotOpen)
    }
}

/// By its name alone, in either case: prefixes differ, and privacyIDEA writes all names small.
fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name().eq_ignore_ascii_case(name)
}

fn find<'a, 'input>(within: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    within.descendants().find(|node| is(*node, name))
}

fn attribute<'a>(of: Node<'a, '_>, name: &str) -> Option<&'a str> {
    of.attributes().find(|attribute| attribute.name().eq_ignore_ascii_case(name)).map(|attribute| attribute.value())
}

fn text<'a>(within: Node<'a, '_>, name: &str) -> Option<&'a str> {
    find(within, name)?.text().map(str::trim).filter(|text| !text.is_empty())
}

fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let plain: Zeroizing<String> = Zeroizing::new(text.split_ascii_whitespace().collect());
    Base64::decode_vec(&plain).ok().map(Zeroizing::new)
}
