//! How a tenant's pages look: a colour that can be read whatever was chosen, and a logo that is a PNG and nothing else.

use base64ct::{Base64, Encoding};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Answer, Edge, Tenant, Value, eventually, json};
use sha2::{Digest, Sha256};

/// A grey picture of this size, by an encoder of somebody else's making.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.add_text_chunk("Author".to_owned(), "made by Anna at home".to_owned()).expect("a text");
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&vec![128; (width * height) as usize]).expect("a picture");
    writer.finish().expect("an end");
    file
}

fn choose_accent(anna: &Administrator, accent: &str) -> Answer {
    anna.ask("/settings/appearance/accent", json!({"accent": accent}))
}

fn choose_logo(anna: &Administrator, file: &[u8]) -> Answer {
    anna.ask("/settings/appearance/logo", json!({"logo": Base64::encode_string(file)}))
}

fn remove(anna: &Administrator, part: &str) -> Value {
    anna.ask("/settings/appearance/remove", json!({"part": part})).is(200)
}

fn nothing() -> Value {
    json!({"accent": null, "colours": null, "logo": null})
}

/// What everybody sees; KV may be behind for a moment.
fn public(tenant: &Tenant) -> Value {
    tenant.client().get(&tenant.at("")).is(200)["appearance"].clone()
}

fn logo(tenant: &Tenant, name: &str) -> Answer {
    tenant.client().get(&format!("/t/{}/logo/{name}", tenant.id))
}

fn events(anna: &Administrator) -> Vec<String> {
    let chosen = ["accent-changed", "accent-removed", "logo-changed", "logo-removed"];
    let log = anna.log();
    let ours = log.iter().filter(|it| chosen.contains(&it.event()));
    ours.inspect(|it| assert_eq!(it.by.as_deref(), Some(anna.member.username.as_str())))
        .map(|it| it.event().to_owned())
        .collect()
}

#[test]
fn a_colour_is_for_everybody_and_comes_ready_for_both_kinds_of_page() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant().clone();
    assert_eq!(public(&tenant), nothing());
    let chosen = choose_accent(&anna, "#FFFF00").is(200);
    assert_eq!(chosen["accent"], "#ffff00");
    assert_eq!(chosen["colours"]["light"]["accent"], "#737300", "darkened, for yellow on white cannot be read");
    assert_eq!(chosen["colours"]["dark"]["accent"], "#ffff00");
    eventually("everybody to see it", || public(&tenant) == chosen);
    assert_eq!(anna.settings()["appearance"], chosen);
    assert_eq!(tenant.seen_by_operator()["appearance"], chosen);
    // The same again is no change.
    choose_accent(&anna, "#ffff00").is(200);
    assert_eq!(remove(&anna, "accent"), nothing());
    eventually("everybody to see ours", || public(&tenant) == nothing());
    assert_eq!(remove(&anna, "accent"), nothing(), "there is none to remove");
    assert_eq!(events(&anna), ["accent-changed", "accent-removed"]);
    let entry = anna.log().into_iter().find(|it| it.event() == "accent-changed").expect("an entry");
    assert_eq!(entry.what["accent"], "#ffff00");
}

#[test]
fn a_logo_is_served_to_everybody_under_the_name_of_its_content() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let (tenant, other) = (anna.tenant().clone(), Tenant::password_only(Edge::shared()));
    let file = picture(512, 512);
    let chosen = choose_logo(&anna, &file).is(200);
    let name = chosen["logo"].as_str().expect("a name").to_owned();
    eventually("everybody to see it", || public(&tenant)["logo"] == name.as_str());

    let answer = logo(&tenant, &name);
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("content-type"), Some("image/png"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'") && policy.ends_with("sandbox"), "{policy}");
    assert!(answer.header("set-cookie").is_none(), "{answer}");
    // The same picture, and nothing of what else was in the file.
    let decoded = png::Decoder::new(std::io::Cursor::new(&answer.body)).read_info().expect("a PNG");
    assert_eq!((decoded.info().width, decoded.info().height), (512, 512));
    let said = b"made by Anna";
    assert!(file.windows(said.len()).any(|part| part == said), "it was in the file");
    assert!(!answer.body.windows(said.len()).any(|part| part == said), "it is in the logo");
    let hash = Sha256::digest(&answer.body).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hash, name);

    logo(&other, &name).problem(404, "not_found");
    logo(&tenant, &"0".repeat(64)).problem(404, "not_found");
    for wrong in ["x", &name.to_uppercase(), &format!("{name}0"), &format!("{name}/x")] {
        let answer = logo(&tenant, wrong);
        assert_eq!(answer.status, 404, "{answer}");
    }
    let path = format!("/t/{}/logo/{name}", tenant.id);
    tenant.client().post(&path, json!({})).problem(405, "method_not_allowed");

    // Another in its place; then none.
    let second = choose_logo(&anna, &picture(1, 1)).is(200)["logo"].as_str().expect("a name").to_owned();
    logo(&tenant, &name).problem(404, "not_found");
    assert_eq!(logo(&tenant, &second).status, 200);
    assert_eq!(remove(&anna, "logo"), nothing());
    logo(&tenant, &second).problem(404, "not_found");
    eventually("everybody to see none", || public(&tenant) == nothing());
    assert_eq!(events(&anna), ["logo-changed", "logo-changed", "logo-removed"]);
}

#[test]
fn what_is_no_colour_is_refused() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let wrong = [
        "",
        "teal",
        "#064",
        "0b6455",
        "#0b645g",
        "#0b6455ff",
        " #0b6455",
        "#0b6455;}",
        "rgb(0,0,0)",
        "url(//x)",
        "var(--x)",
    ];
    for accent in wrong {
        let answer = choose_accent(&anna, accent);
        assert_eq!(answer.problem(400, "bad_request")["field"], "accent", "{answer}");
    }
    anna.ask("/settings/appearance/remove", json!({"part": "name"})).problem(400, "bad_request");
    assert_eq!(anna.settings()["appearance"], nothing());
    assert!(events(&anna).is_empty());
}

#[test]
fn what_is_no_small_png_is_refused_and_says_why() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let good = picture(8, 8);
    let cut_off = &good[..good.len() - 1];
    let spoilt = {
        let mut file = good.clone();
        file[20] ^= 1;
        file
    };
    let followed = [&good[..], b"<script>alert(1)</script>"].concat();
    let long = {
        let mut file = good.clone();
        file.resize(32 * 1024 + 1, 0);
        file
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for (file, reason) in [
        (&b""[..], "not_png"),
        (&svg[..], "not_png"),
        (b"GIF89a", "not_png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "not_png"),
        (cut_off, "damaged"),
        (&spoilt, "damaged"),
        (&followed, "damaged"),
        (&long, "too_large"),
        (&picture(513, 1), "too_many_pixels"),
    ] {
        let answer = choose_logo(&anna, file);
        assert_eq!(answer.problem(400, "logo_unacceptable")["reason"], reason, "{answer}");
    }
    for no_base64 in ["####", "AAA", "data:image/png;base64,AAAA"] {
        anna.ask("/settings/appearance/logo", json!({"logo": no_base64})).problem(400, "logo_unacceptable");
    }
    assert_eq!(anna.settings()["appearance"], nothing());
    assert!(events(&anna).is_empty());
}

#[test]
fn only_an_administrator_of_this_tenant_with_a_fresh_code_chooses() {
    let here = Administrator::of(&Tenant::mfa(Edge::shared()));
    let there = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Enrolled::join(here.tenant());
    let acts = [
        ("accent", json!({"accent": "#ffff00"})),
        ("logo", json!({"logo": Base64::encode_string(&picture(1, 1))})),
        ("remove", json!({"part": "accent"})),
    ];
    let remembered = {
        let client = here.tenant().client();
        here.member.enter_password(&client, "code");
        let code = here.phone().next_code();
        let body = json!({"code": code, "remember_device": true});
        client.post(&here.tenant().at("/sign-in/code"), body).is(200);
        client.post(&here.tenant().at("/sign-out"), json!({})).is(204);
        here.member.enter_password(&client, "done");
        client
    };
    for (part, body) in acts {
        let path = here.tenant().at(&format!("/settings/appearance/{part}"));
        here.tenant().client().post(&path, body.clone()).problem(401, "unauthenticated");
        bert.client.post(&path, body.clone()).problem(403, "not_administrator");
        there.client.post(&path, body.clone()).problem(401, "unauthenticated");
        remembered.post(&path, body).problem(403, "step_up_required");
    }
    assert_eq!(here.settings()["appearance"], nothing());
    assert!(events(&here).is_empty());
}

#[test]
fn of_a_tenant_that_is_closed_no_logo_is_shown_and_of_a_deleted_one_none_is_left() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let tenant = anna.tenant();
    let name = choose_logo(&anna, &picture(4, 4)).is(200)["logo"].as_str().expect("a name").to_owned();
    let act = |act: &str, body: Value| {
        let path = format!("/api/v1/operator/tenants/{}/{act}", tenant.id);
        tenant.client().ask("POST", &path).operator().json(&body).send().is(200)
    };
    act("suspend", json!({}));
    logo(tenant, &name).problem(403, "tenant_suspended");
    act("resume", json!({}));
    assert_eq!(logo(tenant, &name).status, 200);
    act("delete", json!({"confirmation": tenant.id}));
    logo(tenant, &name).problem(404, "not_found");
    assert_eq!(tenant.seen_by_operator()["appearance"], nothing());
}
