//! Reads a QR code back from a screenshot with decoders that have nothing to do with the encoder.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

/// A picture in shades of grey.
struct Picture {
    width: usize,
    height: usize,
    shades: Vec<u8>,
}

/// The text of the only QR code in a PNG picture, by `rqrr` and, where it is installed, by
/// `zbarimg`; panics when they find none or disagree.
pub fn read(png: &[u8]) -> String {
    let text = by_rqrr(png);
    if let Some(second) = by_zbarimg(png) {
        assert_eq!(second, text, "two decoders disagree");
    }
    text
}

fn by_rqrr(png: &[u8]) -> String {
    let picture = decode(png);
    let shade = |x: usize, y: usize| picture.shades.get(y * picture.width + x).copied();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(picture.width, picture.height, |x, y| shade(x, y).unwrap_or(255));
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "exactly one QR code is on the page");
    grids.iter().map(|grid| grid.decode().expect("the QR code decodes").1).collect()
}

fn by_zbarimg(png: &[u8]) -> Option<String> {
    let file = std::env::temp_dir().join(format!("{}.png", crate::random::name("qr")));
    std::fs::write(&file, png).expect("a temporary file");
    let output = zbarimg(&file);
    std::fs::remove_file(&file).expect("the file was there");
    output
}

fn zbarimg(file: &Path) -> Option<String> {
    let output = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(file).output().ok()?;
    assert!(output.status.success(), "zbarimg finds no QR code");
    Some(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

fn decode(png: &[u8]) -> Picture {
    let mut decoder = png::Decoder::new(Cursor::new(png));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().expect("a PNG picture");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a picture that fits")];
    let info = reader.next_frame(&mut pixels).expect("a PNG picture");
    let samples = info.color_type.samples();
    let colours = if samples >= 3 { 3 } else { 1 };
    let grey = |pixel: &[u8]| {
        let sum: usize = pixel.iter().take(colours).map(|sample| usize::from(*sample)).sum();
        u8::try_from(sum / colours).unwrap_or(u8::MAX)
    };
    let (width, height) = (info.width as usize, info.height as usize);
    let shades = pixels.chunks_exact(samples).take(width * height).map(grey).collect();
    Picture { width, height, shades }
}
