//! Which key a tenant signs its tokens with, which keys it publishes, and when the next is due.
//!
//! Keys overlap: each is published a day before it signs, so that whoever keeps the published keys knows it by then,
//! and a day after it has ceased to, so that what it signed can be verified to its end. Its private half is needed
//! only while it signs, or is about to.

use alloc::string::String;
use alloc::vec::Vec;

use crate::policy::{SIGNING_KEY, SIGNING_KEY_ANNOUNCED, SIGNING_KEY_KEPT};
use crate::time::Timestamp;

/// When a key is what.
///
/// For an example see [`SigningKeys`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name (`kid`).
    pub id: String,
    /// When it begins to sign.
    pub signs_from: Timestamp,
    /// Whether an administrator has asked for the next one before its time.
    pub successor_asked: bool,
}

/// What a key is at a moment.
///
/// For an example see [`SigningKeys::stages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Published; it will sign.
    Next,
    /// It signs.
    Signing,
    /// Published, so that what it signed can be verified. Its private half is needed no more.
    Former,
    /// Nothing that it signed lasts any more: it can go.
    Over,
}

/// A tenant's keys.
///
/// What a caller does now and then:
///
/// ```
/// use mfa_core::tenant::signing::{SigningKey, SigningKeys};
/// use mfa_core::time::Timestamp;
///
/// let (now, mut kept) = (Timestamp(1_800_000_000), Vec::new());
/// let keys = SigningKeys::new(kept.clone());
/// if keys.is_due(now) {
///     let signs_from = keys.next_signs_from(now); // At once, since there is none yet.
///     kept.push(SigningKey { id: "a".into(), signs_from, successor_asked: false });
/// }
/// let keys = SigningKeys::new(kept);
/// assert_eq!(keys.signing(now).map(|key| key.id.as_str()), Some("a"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SigningKeys(Vec<SigningKey>);

impl SigningKeys {
    /// These, in whatever order.
    #[must_use]
    pub fn new(mut keys: Vec<SigningKey>) -> SigningKeys {
        keys.sort_by(|one, other| (one.signs_from, &one.id).cmp(&(other.signs_from, &other.id)));
        SigningKeys(keys)
    }

    /// Each with its stage, in the order in which they sign.
    ///
    /// ```
    /// use mfa_core::tenant::signing::{SigningKey, SigningKeys, Stage};
    /// use mfa_core::time::{Seconds, Timestamp};
    ///
    /// let after = |days| Timestamp(1_800_000_000).saturating_add(Seconds::days(days));
    /// let made = |id: &str, day| SigningKey { id: id.into(), signs_from: after(day), successor_asked: false };
    /// let keys = SigningKeys::new(vec![made("a", 0), made("b", 90)]);
    /// let stages = |now| keys.stages(now).map(|(_, stage)| stage).collect::<Vec<_>>();
    /// assert_eq!(stages(after(89)), [Stage::Signing, Stage::Next], "published before it signs");
    /// assert_eq!(stages(after(90)), [Stage::Former, Stage::Signing], "and for a day after");
    /// assert_eq!(stages(after(91)), [Stage::Over, Stage::Signing]);
    /// ```
    pub fn stages(&self, now: Timestamp) -> impl Iterator<Item = (&SigningKey, Stage)> {
        let successors = self.0.iter().skip(1).map(Some).chain([None]);
        self.0.iter().zip(successors).map(move |(key, successor)| (key, stage(key, successor, now)))
    }

    /// When the next takes the place of this one; of the newest, unless somebody asks for the next before.
    ///
    /// ```
    /// use mfa_core::policy;
    /// use mfa_core::tenant::signing::{SigningKey, SigningKeys};
    /// use mfa_core::time::Timestamp;
    ///
    /// let key = SigningKey { id: "a".into(), signs_from: Timestamp(1_800_000_000), successor_asked: false };
    /// let keys = SigningKeys::new(vec![key.clone()]);
    /// assert_eq!(keys.signs_until(&key), key.signs_from.saturating_add(policy::SIGNING_KEY));
    /// ```
    #[must_use]
    pub fn signs_until(&self, key: &SigningKey) -> Timestamp {
        let successor = self.0.iter().skip_while(|other| other.id != key.id).nth(1);
        successor.map_or_else(|| key.signs_from.saturating_add(SIGNING_KEY), |successor| successor.signs_from)
    }

    /// The one that signs. `None` before there is any.
    #[must_use]
    pub fn signing(&self, now: Timestamp) -> Option<&SigningKey> {
        self.stages(now).find(|(_, stage)| *stage == Stage::Signing).map(|(key, _)| key)
    }

    /// Whether another is to be made now: there is none, or the time of the newest comes to its end, or somebody asked
    /// for it. Never while one waits to sign.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.0.last().is_none_or(|newest| {
            let announced_at = newest.signs_from.saturating_add(SIGNING_KEY).saturating_sub(SIGNING_KEY_ANNOUNCED);
            newest.signs_from <= now && (newest.successor_asked || now >= announced_at)
        })
    }

    /// When one that is made now begins to sign. The first does at once: nobody has kept the published keys without it.
    #[must_use]
    pub fn next_signs_from(&self, now: Timestamp) -> Timestamp {
        if self.0.is_empty() { now } else { now.saturating_add(SIGNING_KEY_ANNOUNCED) }
    }

    /// The key whose successor somebody may ask for: the one that signs, if none waits to take its place.
    ///
    /// ```
    /// use mfa_core::tenant::signing::{SigningKey, SigningKeys};
    /// use mfa_core::time::Timestamp;
    ///
    /// let now = Timestamp(1_800_000_000);
    /// let mut key = SigningKey { id: "a".into(), signs_from: now, successor_asked: false };
    /// assert!(SigningKeys::new(vec![key.clone()]).may_be_succeeded(now).is_some());
    /// // Asked for once, the next is due. Asked for in a row, it would push keys out that nobody has seen yet.
    /// key.successor_asked = true;
    /// let asked = SigningKeys::new(vec![key]);
    /// assert!(asked.is_due(now) && asked.may_be_succeeded(now).is_none());
    /// ```
    #[must_use]
    pub fn may_be_succeeded(&self, now: Timestamp) -> Option<&SigningKey> {
        self.0.last().filter(|newest| newest.signs_from <= now && !newest.successor_asked)
    }
}

fn stage(key: &SigningKey, successor: Option<&SigningKey>, now: Timestamp) -> Stage {
    let ends_at = successor.map(|successor| successor.signs_from);
    match ends_at {
        _ if now < key.signs_from => Stage::Next,
        Some(ends_at) if now >= ends_at.saturating_add(SIGNING_KEY_KEPT) => Stage::Over,
        Some(ends_at) if now >= ends_at => Stage::Former,
        Some(_) | None => Stage::Signing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Seconds;
    use std::string::ToString;
    use std::vec;

    const DAY: u64 = 24 * 3600;
    const START: Timestamp = Timestamp(1_800_000_000);

    fn after(days: u64) -> Timestamp {
        START.saturating_add(Seconds(days * DAY))
    }

    fn key(id: &str, signs_from: Timestamp) -> SigningKey {
        SigningKey { id: id.to_string(), signs_from, successor_asked: false }
    }

    fn stages(keys: &SigningKeys, now: Timestamp) -> Vec<(std::string::String, Stage)> {
        keys.stages(now).map(|(key, stage)| (key.id.clone(), stage)).collect()
    }

    #[test]
    fn the_first_key_signs_at_once() {
        let none = SigningKeys::default();
        assert!(none.is_due(START) && none.signing(START).is_none() && none.may_be_succeeded(START).is_none());
        assert_eq!(none.next_signs_from(START), START);
        let one = SigningKeys::new(vec![key("a", START)]);
        assert_eq!(stages(&one, START), [("a".to_string(), Stage::Signing)]);
        assert!(!one.is_due(START));
    }

    #[test]
    fn the_next_key_is_due_a_day_before_the_quarter_is_over() {
        let one = SigningKeys::new(vec![key("a", START)]);
        assert!(!one.is_due(Timestamp(after(89).0 - 1)));
        assert!(one.is_due(after(89)));
        assert_eq!(one.next_signs_from(after(89)), after(90));
        assert_eq!(one.signs_until(&key("a", START)), after(90));
        // One that waits to sign is enough, however late it is.
        let two = SigningKeys::new(vec![key("b", after(90)), key("a", START)]);
        assert!(!two.is_due(after(89)) && !two.is_due(Timestamp(after(90).0 - 1)) && !two.is_due(after(90)));
        assert!(two.is_due(after(179)));
    }

    #[test]
    fn keys_overlap_by_a_day_on_both_sides() {
        use Stage::{Former, Next, Over, Signing};
        let two = SigningKeys::new(vec![key("a", START), key("b", after(90))]);
        let at = |now| two.stages(now).map(|(_, stage)| stage).collect::<Vec<_>>();
        assert_eq!(at(after(89)), [Signing, Next]);
        assert_eq!(at(Timestamp(after(90).0 - 1)), [Signing, Next]);
        assert_eq!(at(after(90)), [Former, Signing]);
        assert_eq!(at(Timestamp(after(91).0 - 1)), [Former, Signing]);
        assert_eq!(at(after(91)), [Over, Signing]);
        assert_eq!(two.signing(after(89)).map(|key| key.id.as_str()), Some("a"));
        assert_eq!(two.signing(after(90)).map(|key| key.id.as_str()), Some("b"));
        let early = SigningKeys::new(vec![key("a", START), key("b", after(4))]);
        assert_eq!(early.signs_until(&key("a", START)), after(4));
        assert_eq!(early.signs_until(&key("b", after(4))), after(94));
    }

    #[test]
    fn whoever_asks_gets_the_next_key_announced_at_once_and_only_one() {
        let mut first = key("a", START);
        assert!(SigningKeys::new(vec![first.clone()]).may_be_succeeded(after(3)).is_some());
        first.successor_asked = true;
        let asked = SigningKeys::new(vec![first.clone()]);
        assert!(asked.is_due(after(3)) && asked.may_be_succeeded(after(3)).is_none());
        let announced = SigningKeys::new(vec![first, key("b", after(4))]);
        assert!(!announced.is_due(after(3)) && announced.may_be_succeeded(after(3)).is_none());
        assert!(!announced.is_due(after(4)) && announced.may_be_succeeded(after(4)).is_some());
    }

    /// A clock that was set back signs with what was signing then, and publishes all the same.
    #[test]
    fn there_is_one_key_that_signs_at_every_moment_from_the_first_on() {
        let keys = SigningKeys::new(vec![key("a", START), key("b", after(90)), key("c", after(95))]);
        for hour in 0..100 * 24 {
            let now = START.saturating_add(Seconds::hours(hour));
            let signing = keys.stages(now).filter(|(_, stage)| *stage == Stage::Signing).count();
            assert_eq!(signing, 1, "after {hour} hours");
        }
        assert!(keys.signing(Timestamp(START.0 - 1)).is_none());
    }
}
