//! Remembered devices: the code is skipped, the password is not.

use alloc::vec::Vec;

use super::command::{Fresh, PresentedDevice};
use super::event::Event;
use super::id::{DeviceId, SessionId};
use super::outcome::{Outcome, RememberedUntil};
use super::state::{DeviceLabel, Joined, RememberedDevice};
use crate::policy;
use crate::throttle::Lane;
use crate::time::Timestamp;

impl Joined {
    /// Remembers the device at hand, forgetting the one unused for longest if there are too many.
    pub(super) fn remember_device(
        &mut self,
        label: DeviceLabel,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> RememberedUntil {
        let oldest = self.devices.iter().enumerate().min_by_key(|(_, device)| device.last_used_at);
        if let (true, Some((position, _))) = (self.devices.len() >= policy::REMEMBERED_DEVICES, oldest) {
            self.devices.remove(position);
        }
        let until = now.saturating_add(policy::REMEMBERED_DEVICE);
        self.devices.push(RememberedDevice {
            id: fresh.device,
            token: fresh.device_token,
            until,
            remembered_at: now,
            last_used_at: now,
            label,
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

    /// Forgets one device, or all of them. From then on they ask for a code again.
    pub(super) fn forget_devices(
        &mut self,
        session: SessionId,
        device: Option<DeviceId>,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if self.find_session(session).is_none() {
            return Outcome::SessionEnded;
        }
        let before = self.devices.len();
        self.devices.retain(|remembered| device.is_some_and(|id| id != remembered.id));
        let count = u8::try_from(before.saturating_sub(self.devices.len())).unwrap_or(u8::MAX);
        if count > 0 {
            events.push(Event::DevicesForgotten { count });
        }
        Outcome::DevicesForgotten { count }
    }
}
