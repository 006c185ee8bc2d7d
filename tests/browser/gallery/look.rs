//! What a page looks like: small pictures of it, and the whole of it for a person to look at.
//!
//! Small, so that all of them can be kept: a phone's page at a third of its size, a desktop's at an eighth. What a person
//! would see goes missing is still there at that size (a line is a pixel or two high), and how a font's edges are
//! smoothed is not.

use base64ct::{Base64, Encoding};
use edge_mfa_tests::browser::Browser;
use edge_mfa_tests::colour_picture::Picture;
use edge_mfa_tests::{Value, json};

/// A screen that pictures are taken of.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// What faults call it.
    pub name: &'static str,
    /// In CSS pixels; the height is the least, a longer page is pictured whole.
    pub width: u64,
    height: u64,
    /// How many of the page's pixels, in each direction, become one of the picture.
    shrunk: u64,
}

/// What the pictures of a state show, side by side: each screen, light and dark.
pub const SCREENS: [Screen; 2] = [
    Screen { name: "phone", width: 360, height: 640, shrunk: 3 },
    Screen { name: "desktop", width: 1280, height: 800, shrunk: 8 },
];

/// What the browser shows now, with this screen, the whole length of the page.
pub fn small(browser: &Browser, screen: Screen) -> Picture {
    let height = unfold(browser, screen);
    let scale = 1.0 / screen.shrunk as f64;
    let clip = json!({"x": 0, "y": 0, "width": screen.width, "height": height, "scale": scale});
    Picture::read(&shot(browser, &json!({"clip": clip})))
}

/// The page at its own size, light or dark as it is, for a person to look at.
pub fn whole(browser: &Browser, screen: Screen) -> Vec<u8> {
    unfold(browser, screen);
    shot(browser, &json!({}))
}

/// Gives the page this screen, as high as the page is long: then nothing of it is out of sight. Under a dialog a page
/// does not scroll, and what counts is what is in the window.
fn unfold(browser: &Browser, screen: Screen) -> u64 {
    hold(browser, screen.width, screen.height, 1);
    let script = "return document.querySelector('dialog[open]') ? 0 : document.documentElement.scrollHeight";
    let height = browser.run(script, json!([])).as_u64().unwrap_or_default().max(screen.height);
    if height > screen.height {
        hold(browser, screen.width, height, 1);
    }
    height
}

/// Gives the page a screen of this size in CSS pixels, each so many of the device's.
pub fn hold(browser: &Browser, width: u64, height: u64, scale: u64) {
    let screen = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
    browser.devtools("Emulation.setDeviceMetricsOverride", screen);
}

fn shot(browser: &Browser, how: &Value) -> Vec<u8> {
    let answer = browser.devtools("Page.captureScreenshot", how.clone());
    Base64::decode_vec(answer["data"].as_str().expect("a picture")).expect("base64")
}
