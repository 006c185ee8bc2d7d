//! What a person will know a remembered device by: the browser, the system, and the town as the platform tells it.

use mfa_core::member::DeviceLabel;

use super::Visit;

const LONGEST: usize = 80;

/// Browsers by the mark in their User-Agent. The more particular come first: most name others too.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// Of the device that makes this request.
pub(super) fn of(visit: &Visit) -> DeviceLabel {
    let agent = visit.headers.get("user-agent").ok().flatten().unwrap_or_default();
    let named =
        |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let device = [named(&BROWSERS), named(&SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let parts = [Some(device), visit.place.clone()].into_iter().flatten().filter(|part| !part.is_empty());
    let label = parts.collect::<Vec<_>>().join(" · ");
    DeviceLabel(label.chars().filter(|symbol| !symbol.is_control()).take(LONGEST).collect())
}
