//! Remembered devices: the code is skipped, the password is not.

use alloc::vec::Vec;

use super::command::{Fresh, PresentedDevice, RememberedUntil};
use super::event::Event;
use super::state::{Joined, RememberedDevice};
use crate::policy;
use crate::throttle::Lane;
use crate::time::Timestamp;

impl Joined {
    /// Remembers the device at hand, forgetting the one unused for longest if there are too many.
    pub(super) fn remember_device(
        &mut self,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> RememberedUntil {
        if self.devices.len() >= policy::REMEMBERED_DEVICES
            && let Some((position, _)) = self.devices.iter().enumerate().min_by_key(|(_, device)| device.last_used_at)
        {
            self.devices.remove(position);
        }
        let until = now.saturating_add(policy::REMEMBERED_DEVICE);
        self.devices.push(RememberedDevice {
            id: fresh.device,
            token: fresh.device_token,
            until,
            last_used_at: now,
            passwords: Lane::default(),
        });
        events.push(Event::DeviceRemembered { device: fresh.device });
        RememberedUntil { id: fresh.device, until }
    }

    /// Uses a device's token and replaces it. A token of a device we know that is not its present one was replaced
    /// before: two hold what one should, so the device is forgotten (F08).
    pub(super) fn use_device(
        &mut self,
        presented: &PresentedDevice,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Option<RememberedUntil> {
        let position = self.devices.iter().position(|device| device.id == presented.id)?;
        let device = self.devices.get_mut(position)?;
        if !device.token.matches(&presented.token) {
            self.devices.remove(position);
            events.push(Event::DeviceTokenReused { device: presented.id });
            return None;
        }
        device.token = fresh.device_token;
        device.last_used_at = now;
        Some(RememberedUntil { id: device.id, until: device.until })
    }
}
