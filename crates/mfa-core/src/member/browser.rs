//! Known browsers: somebody has completed a sign-in with one, so strangers' wrong passwords do not make it wait
//! (OWASP's "device cookies"). It skips nothing, and there is a record of it only while passwords fail at it.

use super::command::{KnownBrowser, PresentedDevice};
use super::id::BrowserId;
use super::state::{GuessingBrowser, Joined, Member};
use crate::policy;
use crate::throttle::Lane;

impl Joined {
    /// The password lane that strangers do not share: of a remembered device that presents its present token, or else
    /// of a known browser.
    pub(super) fn own_lane(
        &mut self,
        device: Option<PresentedDevice>,
        browser: Option<KnownBrowser>,
    ) -> Option<&mut Lane> {
        let remembered = device.and_then(|device| self.find_device(&device));
        match (remembered, browser) {
            (Some(position), _) => self.devices.get_mut(position).map(|device| &mut device.passwords),
            (None, Some(browser)) if self.is_known(&browser) => self.browser_lane(browser.id),
            (None, _) => None,
        }
    }

    /// Where in the list a device stands that presents its present token.
    fn find_device(&self, presented: &PresentedDevice) -> Option<usize> {
        self.devices.iter().position(|device| device.id == presented.id && device.token.matches(&presented.token))
    }

    /// Whether this bearer has signed in there, with the password that is hers now: whoever signed in with an earlier
    /// one may be the reason for the new one.
    fn is_known(&self, browser: &KnownBrowser) -> bool {
        browser.generation == self.generation && browser.password_version == self.password_version
    }

    /// The lane of one browser. Where passwords fail at as many as may have one, a further browser is a stranger's: to
    /// forget one of theirs would give it its free guesses back.
    fn browser_lane(&mut self, id: BrowserId) -> Option<&mut Lane> {
        if self.browsers.iter().all(|browser| browser.id != id) && self.browsers.len() < policy::BROWSERS {
            self.browsers.push(GuessingBrowser { id, passwords: Lane::default() });
        }
        self.browsers.iter_mut().find(|browser| browser.id == id).map(|browser| &mut browser.passwords)
    }
}

impl Member {
    /// After a right password.
    pub(super) fn forget_browsers_without_failures(&mut self) {
        if let Some(joined) = self.joined_mut() {
            joined.browsers.retain(|browser| browser.passwords.consecutive() > 0);
        }
    }
}
