//! crates.io's `openidconnect` against a tenant.

use edge_mfa_tests::json;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreUserInfoClaims};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    RedirectUrl, Scope, TokenResponse,
};
use ureq::Agent;

use super::{BACK, go};
use crate::issuer::{Application, GOODBYE, Site, parameter};

/// Its requests, by the client that the tests have anyway.
fn http(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
    let (parts, mut body) = config.new_agent().run(request)?.into_parts();
    Ok(HttpResponse::from_parts(parts, body.read_to_vec()?))
}

#[test]
fn crate_openidconnect_signs_in_verifies_and_signs_out() {
    let site = Site::mfa();
    let application = Application::register(&site.anna, json!({"redirect_uris": [BACK]}));
    let issuer = IssuerUrl::new(application.issuer()).expect("an address");
    let metadata = ProviderMetadataWithLogout::discover(&issuer, &http).expect("it describes itself");
    let end_session = metadata.additional_metadata().end_session_endpoint.clone().expect("an address to sign out at");
    let secret = application.key.clone().map(ClientSecret::new);
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(application.id.clone()), secret)
        .set_redirect_uri(RedirectUrl::new(BACK.to_owned()).expect("an address"));

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (address, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let browser = site.anna.signed_in();
    let back = go(&browser, address.as_str());
    assert_eq!(parameter(&back, "state").as_ref(), Some(state.secret()));
    let code = parameter(&back, "code").expect("a code");
    let redeem = |verifier| {
        let code = AuthorizationCode::new(code.clone());
        client.exchange_code(code).expect("an address").set_pkce_verifier(verifier).request(&http)
    };
    let again = openidconnect::PkceCodeVerifier::new(verifier.secret().clone());
    let tokens = redeem(verifier).expect("tokens");

    let id_token = tokens.id_token().expect("an ID token");
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, &nonce).expect("it verifies");
    let methods: Vec<_> = claims.auth_method_refs().expect("amr").iter().map(|it| it.as_str()).collect();
    assert_eq!(methods, ["pwd", "otp"]);
    let hash = claims.access_token_hash().expect("at_hash");
    let (algorithm, key) =
        (id_token.signing_alg().expect("an algorithm"), id_token.signing_key(&verifier).expect("a key"));
    assert_eq!(*hash, AccessTokenHash::from_token(tokens.access_token(), algorithm, key).expect("a hash"));
    let other = Nonce::new_random();
    assert!(id_token.claims(&client.id_token_verifier(), &other).is_err(), "another's nonce was taken");

    let info: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        .expect("an address")
        .request(&http)
        .expect("who she is");
    let name = info.preferred_username().map(|name| name.as_str());
    assert_eq!(name, Some(site.anna.member.username.as_str()));
    assert!(redeem(again).is_err(), "a code was taken twice");

    let goodbye = PostLogoutRedirectUrl::new(GOODBYE.to_owned()).expect("an address");
    let leave = LogoutRequest::from(end_session).set_id_token_hint(id_token).set_post_logout_redirect_uri(goodbye);
    assert_eq!(go(&browser, leave.http_get_url().as_str()), GOODBYE);
    site.anna.member.session(&browser).problem(401, "unauthenticated");
}
