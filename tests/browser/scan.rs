//! The QR codes as the camera of a phone sees them: on a screen of 96 dpi, in both themes, zoomed, on paper; held
//! otherwise each time; read by decoders that others wrote. And on a phone, which cannot scan the screen in its hand.

use edge_mfa_tests::browser::{Browser, Look, PLAIN};
use edge_mfa_tests::camera::{HOLDS, photograph};
use edge_mfa_tests::picture::Picture;
use edge_mfa_tests::{Phone, json, qr};

use crate::CHROMIUM;
use crate::manners::{accessible, fits};
use crate::steps::{Person, keys_on, stage};

/// Tries of a camera before a person holds the phone otherwise: a third of a second.
const FRAMES: u32 = 10;

/// White around the code that is seen too, in pixels.
const MARGIN: usize = 24;

#[test]
fn a_camera_reads_the_qr_code_on_light_and_dark_pages_zoomed_and_printed() {
    for dark in [false, true] {
        let browser = Browser::open(CHROMIUM, Look { dark, ..PLAIN });
        let person = Person::invited();
        person.accept(&browser);
        browser.find("canvas#qr[data-drawn]");
        let typed = Phone::typed(&browser.find("#typed-key").text().replace(['\n', ' '], ""));
        let on_screen = |what: &str| {
            let scanned = Phone::scan(&photographed(&browser, "#qr", what));
            assert_eq!(scanned.secret(), typed.secret(), "{what}");
        };
        on_screen(if dark { "dark" } else { "light" });
        if dark {
            continue;
        }
        // As by the browser's zoom: half as wide a page, twice as many dots.
        browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": 600, "height": 800, "deviceScaleFactor": 2, "mobile": false}),
        );
        on_screen("zoomed to 200 %");
        browser.devtools("Emulation.clearDeviceMetricsOverride", json!({}));
        browser.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}));
        on_screen("printed");
    }
}

#[test]
fn the_sheet_carries_the_address_as_a_qr_code_on_screen_and_on_paper() {
    let browser = Browser::open(CHROMIUM, Look { dark: true, ..PLAIN });
    let person = Person::invited();
    person.accept(&browser);
    let phone = person.scan(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
    browser.find("canvas#sheet-qr[data-drawn]");
    let address = browser.find("#sheet-address").text();
    assert_eq!(photographed(&browser, "#sheet-qr", "screen"), address);
    browser.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}));
    assert_eq!(photographed(&browser, "#sheet-qr", "paper"), address);
    assert!(keys_on(&browser).iter().all(|key| !address.contains(key.as_str())), "the code holds a key");
}

#[test]
fn on_a_phone_the_app_opens_from_the_page_and_the_qr_code_waits_for_another_device() {
    for (agent, named) in [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
            "App Store",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36",
            "Google Play",
        ),
    ] {
        let browser = Browser::open(CHROMIUM, PLAIN);
        browser.devtools("Emulation.setUserAgentOverride", json!({"userAgent": agent}));
        browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true}),
        );
        let person = Person::invited();
        person.accept(&browser);
        assert!(browser.find("#app-names").text().contains(named), "the apps of this phone are named");
        assert!(browser.seen("#add-by-scan").is_none(), "the QR code is not in the way");
        let opens_above_key = "const top = (id) => document.getElementById(id).getBoundingClientRect().top;
            return top('open-in-app') < top('typed-key')";
        assert_eq!(browser.run(opens_above_key, json!([])), true);
        accessible(&browser);
        fits(&browser);
        browser.find("#add-elsewhere summary").click();
        browser.find("canvas#qr[data-drawn]");
        let scanned = Phone::scan(&photographed(&browser, "#qr", agent));
        let typed = Phone::typed(&browser.find("#typed-key").text().replace(['\n', ' '], ""));
        assert_eq!(scanned.secret(), typed.secret());
        fits(&browser);
    }
}

/// What the decoders read of a QR code, however the phone is held; panics when one does not, or reads something else.
fn photographed(browser: &Browser, canvas: &str, what: &str) -> String {
    let place = "const it = document.querySelector(arguments[0]);
        it.scrollIntoView({block: 'center'});
        const {x, y, width, height} = it.getBoundingClientRect();
        return [x, y, width, height].map((it) => Math.floor(it * devicePixelRatio))";
    let place = browser.run(place, json!([canvas]));
    let pixels = |index: usize| place[index].as_u64().and_then(|it| usize::try_from(it).ok()).expect("on the screen");
    let (x, y) = (pixels(0).saturating_sub(MARGIN), pixels(1).saturating_sub(MARGIN));
    let screen = Picture::of_png(&browser.screenshot());
    let code = screen.part(x, y, pixels(2) + 2 * MARGIN, pixels(3) + 2 * MARGIN);
    let texts: Vec<String> = HOLDS
        .iter()
        .flat_map(|hold| {
            let mut read: Vec<(&str, Option<String>)> = Vec::new();
            for frame in 0..FRAMES {
                let again = qr::by_each(&photograph(&code, hold, frame));
                read = again
                    .into_iter()
                    .enumerate()
                    .map(|(index, (decoder, text))| {
                        (decoder, text.or_else(|| read.get(index).and_then(|(_, before)| before.clone())))
                    })
                    .collect();
                if read.iter().all(|(_, text)| text.is_some()) {
                    break;
                }
            }
            read.into_iter()
                .map(|(decoder, text)| {
                    text.unwrap_or_else(|| panic!("{decoder} does not read {canvas}, {what}, {}", hold.name))
                })
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(texts.iter().all(|text| *text == texts[0]), "read otherwise: {what}");
    texts[0].clone()
}
