//! A picture in shades of grey, out of a PNG file and back.

use std::io::Cursor;

/// Shades from 0 (black) to 255 (white), in rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// `width` times `height` of them.
    pub shades: Vec<u8>,
}

impl Picture {
    /// Of a PNG file; colours become the mean of their three parts.
    pub fn of_png(png: &[u8]) -> Self {
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
        Self { width, height, shades }
    }

    /// As a PNG file.
    pub fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let side = |pixels: usize| u32::try_from(pixels).expect("a picture of usual size");
        let mut encoder = png::Encoder::new(&mut file, side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&self.shades).expect("the pixels");
        drop(writer);
        file
    }

    /// The shade of a pixel; outside of the picture it is white.
    pub fn shade(&self, x: usize, y: usize) -> u8 {
        if x < self.width { self.shades.get(y * self.width + x).copied().unwrap_or(255) } else { 255 }
    }

    /// The part that begins at `x`, `y`; what lies outside of the picture is white.
    pub fn part(&self, x: usize, y: usize, width: usize, height: usize) -> Self {
        let rows = (y..y + height).flat_map(|y| (x..x + width).map(move |x| (x, y)));
        Self { width, height, shades: rows.map(|(x, y)| self.shade(x, y)).collect() }
    }
}
