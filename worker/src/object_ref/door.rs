//! The way to an object and back, by the platform's own calls: the binding reads an answer piece by piece, as a stream,
//! where one text will do.

use js_sys::futures::JsFuture;
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Stub;
use zeroize::Zeroizing;

#[wasm_bindgen]
extern "C" {
    type Door;
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Door, url: &str, init: &Init) -> Result<Promise, JsValue>;

    /// What a request is made of.
    #[wasm_bindgen(extends = Object)]
    type Init;
    #[wasm_bindgen(method, setter)]
    fn set_method(this: &Init, method: &str);
    #[wasm_bindgen(method, setter)]
    fn set_headers(this: &Init, headers: &worker::web_sys::Headers);
    #[wasm_bindgen(method, setter)]
    fn set_body(this: &Init, body: &str);

    type Answer;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Answer) -> u16;
    #[wasm_bindgen(method, catch)]
    fn text(this: &Answer) -> Result<Promise, JsValue>;
}

/// Sends `body` to an object. The status that it answers with, and the text.
pub(super) async fn post(
    stub: Stub,
    url: &str,
    headers: &worker::Headers,
    body: &str,
) -> worker::Result<(u16, Zeroizing<String>)> {
    let init: Init = Object::new().unchecked_into();
    init.set_method("POST");
    init.set_headers(&headers.0);
    init.set_body(body);
    let answer = JsFuture::from(stub.into_rpc::<Door>().fetch(url, &init)?).await?.unchecked_into::<Answer>();
    let text = JsFuture::from(answer.text()?).await?;
    Ok((answer.status(), Zeroizing::new(text.as_string().unwrap_or_default())))
}
