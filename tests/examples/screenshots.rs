//! `cargo xtask screenshots`: the pictures of the README, from the real pages of an edge with demo data.

use std::path::PathBuf;

use base64ct::{Base64, Encoding};
use edge_mfa_tests::browser::{Browser, Kind, Look};
use edge_mfa_tests::colour_picture::Picture;
use edge_mfa_tests::{Administrator, Edge, Member, Phone, Tenant, json};

/// What the pictures are of: a phone, whose pixels are twice as fine, and a desktop.
const SCREENS: [(&str, u64, u64, u64); 2] = [("phone", 390, 844, 2), ("desktop", 1120, 800, 1)];

/// As few as nobody sees the difference to all of them.
const COLOURS: usize = 48;

/// People of the demo, beside its administrator `anna`, and how far they are.
const ENROLLED: [&str; 4] = ["bram", "chloe", "daan", "emma"];
const ON_THE_WAY: [&str; 2] = ["fatima", "gijs"];
const INVITED: [&str; 2] = ["hanna", "ivo"];

/// A password that nobody but the demo has.
const PASSWORD: &str = "walking along the water";

struct Studio {
    browser: Browser,
    folder: PathBuf,
    tenant: Tenant,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let language = arguments.next().expect("a language");
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let edge = Edge::start();
    let tenant = Tenant::called("demo", edge.door(), "mfa", "Demo BV");
    let anna = Administrator::of(&tenant);
    for name in ENROLLED {
        Member::join_as(&tenant, name).enrol();
    }
    for name in ON_THE_WAY {
        Member::join_as(&tenant, name);
    }
    for name in INVITED {
        tenant.invite(name);
    }
    let mo = Member::accept_with(&tenant, &tenant.invite("mo"), PASSWORD.to_owned());
    let browser = Browser::open(Kind::Chromium, Look { language: language.leak(), dark: false });
    let studio = Studio { browser, folder, tenant };

    studio.enters_password(&mo);
    studio.waits_for("enrol", "authenticator");
    studio.browser.find("canvas#qr[data-drawn]");
    studio.takes("enrolment", "#step-scan h2");
    let key = studio.browser.find("#typed-key").text().replace(['\n', ' '], "");
    let phone = Phone::typed(&key);
    studio.browser.find("#code").type_in(&phone.next_code());
    studio.waits_for("enrol", "keys");
    studio.takes("recovery-keys", "#key-sheet");

    studio.browser.forget_cookies();
    studio.enters_password(&anna.member);
    studio.waits_for("sign-in", "code");
    studio.takes("code", "header");
    studio.browser.find("#code").type_in(&anna.phone().next_code());
    studio.waits_for("account", "account");
    studio.opens("members");
    studio.waits_for("members", "members");
    studio.browser.find("#enrolment:not([hidden])");
    studio.takes("members", "header");
}

impl Studio {
    fn opens(&self, page: &str) {
        self.browser.go(&format!("{}{}", self.tenant.client().door().origin(), self.tenant.page(page)));
    }

    fn enters_password(&self, member: &Member) {
        self.opens("sign-in");
        self.waits_for("sign-in", "password");
        self.browser.find("#username").fill(&member.username);
        self.browser.find("#password").fill(&member.password);
        self.browser.find("#password-submit").click();
    }

    fn waits_for(&self, page: &str, stage: &str) {
        let selector = format!("html[data-ready] > body[data-page=\"{page}\"][data-stage=\"{stage}\"]");
        self.browser.find(&selector);
    }

    /// Takes what is from here on, on each screen, light and dark.
    fn takes(&self, name: &str, from: &str) {
        self.browser.set_type();
        for (screen, width, height, scale) in SCREENS {
            let metrics = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": true});
            self.browser.devtools("Emulation.setDeviceMetricsOverride", metrics);
            for theme in ["light", "dark"] {
                let features = json!([{"name": "prefers-color-scheme", "value": theme}]);
                self.browser.devtools("Emulation.setEmulatedMedia", json!({"features": features}));
                let script = "const { top } = document.querySelector(arguments[0]).getBoundingClientRect();
                    scrollBy(0, Math.max(0, top - 24)); document.activeElement?.blur();
                    return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))";
                self.browser.run(script, json!([from]));
                let answer = self.browser.devtools("Page.captureScreenshot", json!({}));
                let png = Base64::decode_vec(answer["data"].as_str().expect("a picture")).expect("base64");
                let path = self.folder.join(format!("{name}-{screen}-{theme}.png"));
                std::fs::write(&path, Picture::read(&png).write(COLOURS)).expect("a file");
            }
        }
        self.browser.devtools("Emulation.clearDeviceMetricsOverride", json!({}));
        println!("  {name}");
    }
}
