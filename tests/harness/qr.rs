//! Reads a QR code back from a picture with decoders that have nothing to do with the encoder.

use std::io::ErrorKind;
use std::process::Command;

use crate::picture::Picture;

/// The text of the only QR code in a PNG picture; panics when a decoder finds none or they disagree.
pub fn read(png: &[u8]) -> String {
    let texts = by_each(&Picture::of_png(png));
    let text = texts[0].1.clone().expect("a QR code is on the page");
    for (decoder, other) in &texts {
        assert_eq!(other.as_ref(), Some(&text), "{decoder} reads something else");
    }
    text
}

/// What each decoder reads, by its name: `rqrr` and, where it is installed, `zbarimg`.
pub fn by_each(picture: &Picture) -> Vec<(&'static str, Option<String>)> {
    let mut texts = vec![("rqrr", by_rqrr(picture))];
    texts.extend(by_zbarimg(picture).map(|text| ("zbarimg", text)));
    texts
}

fn by_rqrr(picture: &Picture) -> Option<String> {
    let (width, height) = (picture.width, picture.height);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| picture.shade(x, y));
    let grids = prepared.detect_grids();
    assert!(grids.len() <= 1, "one QR code is on the page");
    grids.first()?.decode().ok().map(|(_, text)| text)
}

/// `None` where it is not installed, `Some(None)` when it finds nothing. Only QR codes are looked for: in the lines of
/// a page's text it now and then sees a bar code of six digits.
fn by_zbarimg(picture: &Picture) -> Option<Option<String>> {
    let file = std::env::temp_dir().join(format!("{}.png", crate::random::name("qr")));
    std::fs::write(&file, picture.png()).expect("a temporary file");
    let ran = Command::new("zbarimg").args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(&file).output();
    std::fs::remove_file(&file).expect("the file was there");
    match ran {
        Ok(output) if output.status.success() => {
            Some(Some(String::from_utf8_lossy(&output.stdout).trim_end().to_owned()))
        }
        Ok(_) => Some(None),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("zbarimg: {error}"),
    }
}
