//! The pages. Static files, served through the Worker for their headers; which file depends on the path alone.

use worker::{Env, Method, Request, Response};

use super::guard;
use crate::error::Problem;
use crate::object_ref::ASSETS;

/// Answers a page's path.
pub(super) async fn serve(request: &Request, env: &Env, path: &str) -> Result<Response, Problem> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Err(Problem::only("GET, HEAD"));
    }
    let (file, status) = match page(path) {
        Some(file) => (file, 200),
        None => ("not-found.html", 404),
    };
    let mut url = request.url()?;
    url.set_path(file);
    url.set_query(None);
    let response = env.assets(ASSETS)?.fetch(url.as_str(), None).await?;
    // A fresh answer: what the asset server says about caching is not meant for pages.
    let mut asset = response;
    let body = asset.bytes().await?;
    let found = if asset.status_code() == 200 { status } else { 404 };
    let mut page = Response::from_bytes(body)?.with_status(found);
    page.headers_mut().set("content-type", "text/html; charset=utf-8")?;
    Ok(page)
}

/// The tenant whose external provider sends a browser back to this path, if it is that path.
pub(super) fn external_callback(path: &str) -> Option<String> {
    let (tenant, page) = path.strip_prefix("/t/")?.split_once('/')?;
    (page == "external/callback").then(|| guard::tenant_slug(tenant))?
}

/// A page of a tenant that a sign-in may lead to, if this is the name of one. What a link asks for is no more than that.
/// So is an application's wish, which says itself whether we made it; one too long for the cookie that it travels in
/// is none.
pub(super) fn destination(name: &str) -> Option<&str> {
    const DESTINATIONS: [&str; 7] = ["account", "settings", "set-up", "external", "applications", "members", "audit"];
    const LONGEST_WISH: usize = 1600;
    let is_text = |text: &str| {
        text.len() <= LONGEST_WISH
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    let is_wish = name.strip_prefix("authorize?request=").is_some_and(is_text);
    (is_wish || DESTINATIONS.contains(&name)).then_some(name)
}

fn page(path: &str) -> Option<&'static str> {
    if path == "/" {
        return Some("index.html");
    }
    let (tenant, page) = path.strip_prefix("/t/")?.split_once('/')?;
    guard::tenant_slug(tenant)?;
    match page {
        "sign-in" => Some("sign-in.html"),
        "enrol" => Some("enrol.html"),
        "account" => Some("account.html"),
        "invitation" => Some("invitation.html"),
        "settings" => Some("settings.html"),
        "set-up" => Some("set-up.html"),
        "external" => Some("external.html"),
        "applications" => Some("applications.html"),
        "members" => Some("members.html"),
        "audit" => Some("audit.html"),
        "forgot" => Some("forgot.html"),
        "password" => Some("password.html"),
        "confirm" => Some("confirm.html"),
        "sign-out" => Some("sign-out.html"),
        "second-factor" => Some("second-factor.html"),
        _ => None,
    }
}
