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
            (None, Some(browser)) if browser.generation == self.generation => self.browser_lane(browser.id),
            (None, _) => None,
        }
    }

    /// Where in the list a device stands that presents its present token.
    fn find_device(&self, presented: &PresentedDevice) -> Option<usize> {
        self.devices.iter().position(|device| device.id == presented.id && device.token.matches(&presented.token))
    }

    /// The lane of one browser. With too many at which passwords failed, the one that has been quiet for longest is
    /// forgotten: who has that many has signed in with each, and need not guess.
    fn browser_lane(&mut self, id: BrowserId) -> Option<&mut Lane> {
        if self.browsers.iter().all(|browser| browser.id != id) {
            if self.browsers.len() >= policy::BROWSERS
                && let Some((quietest, _)) =
                    self.browsers.iter().enumerate().min_by_key(|(_, browser)| browser.passwords.last_failure)
            {
                self.browsers.remove(quietest);
            }
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
