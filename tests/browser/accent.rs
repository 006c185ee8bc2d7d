//! A tenant's own colour and logo: worn by every page from its first sight, readable whatever was chosen, and chosen by
//! an administrator who sees it before everybody does. Contrast is computed here anew, from what the page shows.

use base64ct::{Base64, Encoding};
use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::{Administrator, Edge, Tenant, Value, edge, eventually, json, random};

use crate::keyboard::{ENTER, TAB, has_focus, press, type_text};
use crate::manners::{accessible, clean, fits};
use crate::office::{dialog, no_dialog, sign_in_remembered, visit};
use crate::steps::{Person, error, ready, stage};
use crate::{CHROMIUM, in_both};

in_both!(
    whatever_colour_is_chosen_every_page_can_be_read,
    the_logo_is_beside_the_name_and_on_the_sheet,
    an_administrator_chooses_and_sees_it_before_everybody_does,
);

/// Hard to read on white, on black, or on neither.
const HARD: [&str; 6] = ["#ffff00", "#000000", "#ffffff", "#808080", "#0000ff", "#ff00ff"];

/// WCAG's relative luminance and contrast, and what stands on what.
const MEASURE: &str = "
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const channel = (it) => (it / 255 <= 0.04045 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
    const contrast = (one, other) => {
        const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
    const ground = (element) => {
        for (let it = element; it; it = it.parentElement) {
            const [red, green, blue, alpha = 1] = numbers(getComputedStyle(it).backgroundColor);
            if (alpha === 1) return [red, green, blue];
        }
        return [255, 255, 255];
    };
    const colour = (element, property) => numbers(getComputedStyle(element)[property]);";

/// The contrasts of the sign-in page: the button's text, the button on its ground, a link, and the ring of the focus.
fn contrasts(browser: &Browser) -> [f64; 4] {
    let script = format!(
        "{MEASURE}
        const [button, link] = ['#password-submit', '#to-forgot'].map((it) => document.querySelector(it));
        link.focus();
        const ring = colour(link, 'outlineColor');
        const found = [contrast(colour(button, 'color'), ground(button)), contrast(ground(button), ground(button.parentElement)),
            contrast(colour(link, 'color'), ground(link)), contrast(ring, ground(link))];
        return found"
    );
    let found = browser.run(&script, json!([]));
    let found: Vec<f64> = found.as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
    found.try_into().expect("four numbers")
}

fn colour_of_the_button(browser: &Browser) -> String {
    let colour = "return getComputedStyle(document.querySelector('#password-submit')).backgroundColor";
    browser.run(colour, json!([])).as_str().expect("a colour").to_owned()
}

/// Chooses a colour, and waits until everybody sees it.
fn choose(anna: &Administrator, accent: &str) {
    anna.ask("/settings/appearance/accent", json!({"accent": accent})).is(200);
    wait_for(anna.tenant(), "accent", accent);
}

fn wait_for(tenant: &Tenant, part: &str, value: &str) {
    eventually("everybody to see it", || tenant.client().get(&tenant.at("")).is(200)["appearance"][part] == value);
}

fn open_sign_in(browser: &Browser, tenant: &Tenant) {
    visit(browser, tenant, "sign-in", "password");
}

/// A picture of this size, of one grey.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&vec![64; (width * height) as usize]).expect("a picture");
    writer.finish().expect("an end");
    file
}

fn whatever_colour_is_chosen_every_page_can_be_read(kind: Kind) {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let tenant = anna.tenant();
    for dark in [false, true] {
        let browser = Browser::open(kind, Look { dark, ..PLAIN });
        open_sign_in(&browser, tenant);
        let ours = colour_of_the_button(&browser);
        for accent in HARD {
            choose(&anna, accent);
            open_sign_in(&browser, tenant);
            assert_ne!(colour_of_the_button(&browser), ours, "{accent} is not worn");
            let found = contrasts(&browser);
            let is_enough = |least: [f64; 4]| found.iter().zip(least).all(|(found, least)| *found >= least);
            assert!(is_enough([4.5, 3.0, 4.5, 3.0]), "{accent}, dark: {dark}: {found:?}");
            if kind == CHROMIUM {
                let scheme = if dark { "dark" } else { "light" };
                let asked = json!([{"name": "prefers-contrast", "value": "more"}, {"name": "prefers-color-scheme", "value": scheme}]);
                browser.devtools("Emulation.setEmulatedMedia", json!({"features": asked}));
                let found = contrasts(&browser);
                assert!(found.iter().all(|it| *it >= 7.0), "{accent}, dark: {dark}, more contrast: {found:?}");
                let asked = json!([{"name": "prefers-color-scheme", "value": scheme}]);
                browser.devtools("Emulation.setEmulatedMedia", json!({"features": asked}));
            }
        }
        // What can be read as it is stays as it is.
        let (accent, shown) = if dark { ("#ffff00", "rgb(255, 255, 0)") } else { ("#000000", "rgb(0, 0, 0)") };
        choose(&anna, accent);
        open_sign_in(&browser, tenant);
        assert_eq!(colour_of_the_button(&browser), shown);
        accessible(&browser);
        anna.ask("/settings/appearance/remove", json!({"part": "accent"})).is(200);
        eventually("ours to be back", || tenant.client().get(&tenant.at("")).is(200)["appearance"]["accent"].is_null());
        open_sign_in(&browser, tenant);
        assert_eq!(colour_of_the_button(&browser), ours);
        clean(&browser);
    }
}

#[test]
fn no_page_is_seen_in_another_colour_first() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    choose(&anna, "#a01050");
    let browser = Browser::open(CHROMIUM, PLAIN);
    // When the page shows itself, what does it wear?
    let watch = "new MutationObserver(() => {
        const { dataset, style } = document.documentElement;
        if ('ready' in dataset) window.wornAtFirst ??= style.getPropertyValue('--light-accent');
    }).observe(document, {attributes: true, subtree: true})";
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": watch}));
    for (page, at) in [("sign-in", "password"), ("forgot", "ask")] {
        visit(&browser, anna.tenant(), page, at);
        assert_eq!(browser.run("return window.wornAtFirst", json!([])), "#a01050", "{page}");
    }
}

#[test]
fn the_core_knows_what_the_pages_stand_on() {
    let read = |path: &str| std::fs::read_to_string(edge::checkout().join(path)).expect(path);
    let (tokens, core) = (read("www/styles/tokens.css"), read("crates/mfa-core/src/tenant/appearance/accent.rs"));
    let mut grounds = 0;
    for line in tokens.lines().map(str::trim) {
        let Some((name, rest)) = line.split_once(": #") else { continue };
        if matches!(name, "--paper" | "--surface") {
            let [red, green, blue] = [&rest[..2], &rest[2..4], &rest[4..6]];
            let said = format!("{}: Colour([0x{red}, 0x{green}, 0x{blue}])", &name[2..]);
            assert!(core.contains(&said), "tokens.css has {line}, the core not {said}");
            grounds += 1;
        }
    }
    assert_eq!(grounds, 4, "light and dark");
}

fn the_logo_is_beside_the_name_and_on_the_sheet(kind: Kind) {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant().clone();
    let logo = Base64::encode_string(&picture(96, 48));
    let name = anna.ask("/settings/appearance/logo", json!({"logo": logo})).is(200)["logo"].clone();
    wait_for(&tenant, "logo", name.as_str().expect("a name"));
    let browser = Browser::open(kind, PLAIN);
    let username = random::name("m");
    let invitation = tenant.invite(&username);
    let bert = Person { tenant, username, password: random::password(), invitation };
    open_sign_in(&browser, &bert.tenant);
    is_shown(&browser, ".brand img.of-tenant");
    bert.accept(&browser);
    is_shown(&browser, ".brand img.of-tenant");
    let phone = bert.scan(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
    is_shown(&browser, ".sheet .logo");
    assert_eq!(browser.find("#sheet-organisation").text(), bert.tenant.name);
    accessible(&browser);
    if kind == CHROMIUM {
        browser.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}));
        is_shown(&browser, ".sheet .logo");
        assert!(browser.seen(".brand img").is_none(), "the head is no part of the sheet");
        browser.devtools("Emulation.setEmulatedMedia", json!({"media": ""}));
    }
    clean(&browser);
    // Gone while a page still thinks that it is there: ours, and nothing that is broken.
    anna.ask("/settings/appearance/remove", json!({"part": "logo"})).is(200);
    eventually("none", || bert.tenant.client().get(&bert.tenant.at("")).is(200)["appearance"]["logo"].is_null());
    open_sign_in(&browser, &bert.tenant);
    assert!(
        browser
            .run("return document.querySelector('.brand img').src", json!([]))
            .as_str()
            .expect("an address")
            .ends_with("/favicon.svg")
    );
}

/// It is drawn, twice as wide as high, and says nothing that is not said beside it.
fn is_shown(browser: &Browser, selector: &str) {
    browser.find(&format!("{selector}:not([hidden])"));
    let is_drawn = "const image = document.querySelector(arguments[0]);
        return image.complete && image.naturalWidth > 0";
    browser.wait_for("the picture", || (browser.run(is_drawn, json!([selector])) == true).then_some(()));
    let script = "const image = document.querySelector(arguments[0]);
        const { width, height } = image.getBoundingClientRect();
        return [image.complete, image.naturalWidth, image.naturalHeight, image.alt, width > 0 && height > 0,
            image.closest('p, dd').textContent.trim() !== '']";
    assert_eq!(browser.run(script, json!([selector])), json!([true, 96, 48, "", true, true]), "{selector}");
}

/// Tab, until this has the focus.
fn tab_to(browser: &Browser, id: &str) {
    for _ in 0..40 {
        if browser.run("return document.activeElement?.id ?? ''", json!([])) == id {
            return;
        }
        press(browser, TAB);
    }
    panic!("Tab does not lead to #{id}");
}

fn words(browser: &Browser, theme: &str) -> String {
    browser.find(&format!("#look-{theme}-words")).text()
}

fn an_administrator_chooses_and_sees_it_before_everybody_does(kind: Kind) {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let browser = Browser::open(kind, PLAIN);
    sign_in_remembered(&browser, &anna.member, anna.phone());
    visit(&browser, tenant, "settings", "settings");
    // By the keyboard alone.
    tab_to(&browser, "to-appearance");
    press(&browser, ENTER);
    stage(&browser, "settings", "appearance");
    assert_eq!(words(&browser, "light"), "The standard colour.");
    accessible(&browser);
    tab_to(&browser, "accent");
    browser.run("document.querySelector('#accent').select()", json!([]));
    type_text(&browser, "#ffff0");
    press(&browser, ENTER);
    error(&browser, "bad_request");
    has_focus(&browser, "accent");
    accessible(&browser);
    browser.run("document.querySelector('#accent').select()", json!([]));
    type_text(&browser, "#ffff00");
    browser.wait_for("the words", || words(&browser, "light").starts_with("Too pale here").then_some(()));
    assert!(
        words(&browser, "light").contains("1 to 1. Darkened to #737300: 4.5 to 1."),
        "{}",
        words(&browser, "light")
    );
    assert!(words(&browser, "dark").starts_with("As you chose it: a contrast of 11"), "{}", words(&browser, "dark"));
    let tried = "return ['light', 'dark'].map((theme) =>
        getComputedStyle(document.querySelector(`.look[data-theme=${theme}] .button`)).backgroundColor)";
    assert_eq!(browser.run(tried, json!([])), json!(["rgb(115, 115, 0)", "rgb(255, 255, 0)"]));
    let worn = "return getComputedStyle(document.querySelector('#accent-submit')).backgroundColor";
    assert_ne!(browser.run(worn, json!([])), "rgb(115, 115, 0)", "it is only tried on");
    accessible(&browser);
    press(&browser, ENTER);
    dialog(&browser, "step-up");
    browser.find("#step-up-code").type_in(&anna.phone().next_code());
    no_dialog(&browser, "step-up");
    browser.find("#appearance-done");
    browser.wait_for("the page to wear it", || (browser.run(worn, json!([])) == "rgb(115, 115, 0)").then_some(()));
    assert_eq!(anna.settings()["appearance"]["accent"], "#ffff00");

    // What is no logo is said at the field, before anything is sent.
    let file = |name: &str, bytes: &[u8]| {
        let path = browser.folder().join(name);
        std::fs::write(&path, bytes).expect("a file");
        browser.find("#logo").type_in(path.to_str().expect("a path"));
    };
    tab_to(&browser, "logo-submit");
    press(&browser, ENTER);
    error(&browser, "logo_missing");
    let mut long = picture(8, 8);
    long.resize(33 * 1024, 0);
    let wrong = [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "not a PNG"),
        ("b.png", long, "larger than 32 kB"),
        ("c.png", picture(600, 8), "wider or higher than 512"),
        ("d.png", picture(8, 8)[..40].to_vec(), "damaged"),
    ];
    for (name, bytes, said) in wrong {
        file(name, &bytes);
        let told = || browser.seen("#logo-error").map(|it| it.text()).unwrap_or_default();
        browser.wait_for(said, || told().contains(said).then_some(()));
        error(&browser, "logo_unacceptable");
    }
    accessible(&browser);
    fits(&browser);
    assert!(anna.settings()["appearance"]["logo"].is_null());
    file("e.png", &picture(96, 48));
    browser.find(".look[data-theme=dark] canvas");
    tab_to(&browser, "logo-submit");
    press(&browser, ENTER);
    is_shown(&browser, ".brand img.of-tenant");
    accessible(&browser);
    tab_to(&browser, "logo-remove");
    press(&browser, ENTER);
    has_focus(&browser, "logo");
    tab_to(&browser, "appearance-back");
    press(&browser, ENTER);
    stage(&browser, "settings", "settings");
    has_focus(&browser, "to-appearance");
    assert!(anna.settings()["appearance"]["logo"].is_null());
    // Kept on the page that is loaded anew, and taken back.
    wait_for(tenant, "accent", "#ffff00");
    browser.reload();
    ready(&browser);
    stage(&browser, "settings", "settings");
    browser.find("#to-appearance").click();
    stage(&browser, "settings", "appearance");
    assert_eq!(browser.find("#accent").property("value"), "#ffff00");
    // As a style guide writes it.
    browser.find("#accent").fill("0b64ff");
    browser.find("#accent-submit").click();
    browser.wait_for("the colour", || (anna.settings()["appearance"]["accent"] == "#0b64ff").then_some(()));
    browser.find("#accent-remove").click();
    browser.wait_for("the standard colour", || (words(&browser, "light") == "The standard colour.").then_some(()));
    assert_eq!(anna.settings()["appearance"]["accent"], json!(null));
    clean(&browser);
}
