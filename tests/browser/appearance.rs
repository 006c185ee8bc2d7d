//! Dark pages whose QR code still scans, and two languages.

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::json;

use crate::in_both;
use crate::steps::{Person, ready, stage};

in_both!(
    the_qr_code_scans_on_a_dark_page,
    the_qr_code_scans_on_a_small_dutch_dark_page,
    pages_speak_the_browsers_language_and_can_be_switched,
);

fn the_qr_code_scans_on_a_dark_page(kind: Kind) {
    let browser = Browser::open(kind, Look { dark: true, ..PLAIN });
    let person = Person::invited();
    person.accept(&browser);
    assert!(shade_of_the_page(&browser) < 100.0, "the page is not dark");
    let phone = person.scan(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
}

fn the_qr_code_scans_on_a_small_dutch_dark_page(kind: Kind) {
    let browser = Browser::open(kind, Look { language: "nl", dark: true });
    browser.resize(520, 900);
    let person = Person::invited();
    person.accept(&browser);
    assert_eq!(language(&browser), "nl");
    person.enrol(&browser);
}

fn pages_speak_the_browsers_language_and_can_be_switched(kind: Kind) {
    let person = Person::invited();
    let mut texts = Vec::new();
    for (browsers, switched) in [("en", "nl"), ("nl", "en")] {
        let browser = Browser::open(kind, Look { language: browsers, dark: false });
        person.open(&browser, "sign-in");
        assert_eq!(language(&browser), browsers);
        texts.push((browsers, text(&browser)));
        let pick = "const list = document.querySelector('#language');
            list.value = arguments[0];
            list.dispatchEvent(new Event('change', {bubbles: true}))";
        browser.run(pick, json!([switched]));
        browser.wait_for("the other language", || (language(&browser) == switched).then_some(()));
        texts.push((switched, text(&browser)));
        // The choice stays.
        browser.reload();
        ready(&browser);
        assert_eq!(language(&browser), switched);
        let stored = browser.run("return JSON.stringify(localStorage)", json!([]));
        assert_eq!(stored, json!({"language": switched}).to_string(), "nothing else is stored");
    }
    let of = |wanted: &str| -> Vec<_> {
        texts.iter().filter(|(language, _)| *language == wanted).map(|(_, text)| text).collect()
    };
    assert_eq!(of("en")[0], of("en")[1]);
    assert_eq!(of("nl")[0], of("nl")[1]);
    assert_ne!(of("en")[0], of("nl")[0]);
}

/// The brightness of the page's ground, from 0 (black) to 255 (white).
fn shade_of_the_page(browser: &Browser) -> f64 {
    let script = "const paint = document.createElement('canvas').getContext('2d');
        const ground = [document.body, document.documentElement]
            .map((element) => getComputedStyle(element).backgroundColor)
            .find((colour) => colour !== 'rgba(0, 0, 0, 0)' && colour !== 'transparent');
        paint.fillStyle = ground ?? 'white';
        paint.fillRect(0, 0, 1, 1);
        const [red, green, blue] = paint.getImageData(0, 0, 1, 1).data;
        return (red + green + blue) / 3";
    browser.run(script, json!([])).as_f64().expect("a number")
}

fn language(browser: &Browser) -> String {
    let language = browser.run("return document.documentElement.lang", json!([]));
    language.as_str().unwrap_or_default().to_owned()
}

fn text(browser: &Browser) -> String {
    let text = browser.run("return document.querySelector('main').innerText", json!([]));
    text.as_str().unwrap_or_default().to_owned()
}
