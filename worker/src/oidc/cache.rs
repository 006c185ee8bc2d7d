//! What this isolate remembers of providers: public documents only, a few, not for long.

use std::cell::RefCell;
use std::rc::Rc;

use mfa_core::time::{Seconds, Timestamp};

/// A key that a provider withdraws is gone after this at the latest.
const KEPT: Seconds = Seconds::minutes(10);

/// How often somebody else's doing may make us fetch a document before its time.
const FORCED_AT_MOST_EVERY: Seconds = Seconds(30);

/// The most documents of one kind in one isolate.
const MAX_ENTRIES: usize = 32;

/// Documents by where they came from. Nothing is awaited while it is borrowed.
pub(super) struct Cache<T> {
    entries: RefCell<Vec<Entry<T>>>,
}

struct Entry<T> {
    address: String,
    document: Rc<T>,
    fetched_at: Timestamp,
    forced_at: Option<Timestamp>,
}

impl<T> Cache<T> {
    pub(super) const fn empty() -> Cache<T> {
        Cache { entries: RefCell::new(Vec::new()) }
    }

    /// The document, if it is there and fresh.
    pub(super) fn find(&self, address: &str, now: Timestamp) -> Option<Rc<T>> {
        let entries = self.entries.try_borrow().ok()?;
        let entry = entries.iter().find(|entry| entry.address == address)?;
        // One from the future has an age that nobody knows.
        let is_fresh = entry.fetched_at <= now && now.since(entry.fetched_at) < KEPT;
        is_fresh.then(|| Rc::clone(&entry.document))
    }

    /// Keeps a document that was just fetched, in the place of the one before; the oldest makes room.
    pub(super) fn keep(&self, address: &str, document: T, now: Timestamp) -> Rc<T> {
        let document = Rc::new(document);
        if let Ok(mut entries) = self.entries.try_borrow_mut() {
            let before = entries.iter().position(|entry| entry.address == address).map(|place| entries.remove(place));
            if entries.len() >= MAX_ENTRIES {
                entries.remove(0);
            }
            entries.push(Entry {
                address: address.to_owned(),
                document: Rc::clone(&document),
                fetched_at: now,
                forced_at: before.and_then(|before| before.forced_at),
            });
        }
        document
    }

    /// Whether the document may be fetched before its time. Asking uses it up, whatever the fetch will bring.
    pub(super) fn may_force(&self, address: &str, now: Timestamp) -> bool {
        let Ok(mut entries) = self.entries.try_borrow_mut() else {
            return false;
        };
        let Some(entry) = entries.iter_mut().find(|entry| entry.address == address) else {
            return false;
        };
        let may = entry.forced_at.is_none_or(|at| now >= at.saturating_add(FORCED_AT_MOST_EVERY));
        if may {
            entry.forced_at = Some(now);
        }
        may
    }
}
