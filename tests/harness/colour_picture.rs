//! Pictures in few colours, put side by side, written, read and compared.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

/// Red, green and blue.
type Colour = [u8; 3];

/// What is below a picture that is shorter than its neighbour; no page is painted so.
const NOTHING: Colour = [255, 0, 255];

/// A picture is compared in squares of so many pixels.
const SQUARE: usize = 4;

/// How far the mean of a square may be off, in each of red, green and blue. Measured: on a busy machine the same page is
/// the same to the pixel in all but one of some hundred and fifty states, where a ring around a field was drawn a fraction
/// of a pixel lower: 19. A margin of 8 pixels less moves things by 159, a line that is gone by 235.
const TOLERANCE: u32 = 24;

/// A picture: its rows, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    pixels: Vec<Colour>,
}

impl Picture {
    /// A PNG picture of eight bits a colour, or of a palette.
    pub fn read(png: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(Cursor::new(png));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().expect("a PNG picture");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a picture that fits")];
        let info = reader.next_frame(&mut bytes).expect("a PNG picture");
        let samples = info.color_type.samples();
        let pixels = bytes.chunks_exact(samples).map(|pixel| [pixel[0], pixel[1 % samples], pixel[2 % samples]]);
        Self { width: info.width as usize, pixels: pixels.collect() }
    }

    /// Several pictures side by side.
    pub fn beside(pictures: &[Self]) -> Self {
        let height = pictures.iter().map(Self::height).max().unwrap_or_default();
        let mut pixels = Vec::new();
        for row in 0..height {
            for picture in pictures {
                match picture.pixels.chunks_exact(picture.width).nth(row) {
                    Some(row) => pixels.extend_from_slice(row),
                    None => pixels.extend(std::iter::repeat_n(NOTHING, picture.width)),
                }
            }
        }
        Self { width: pictures.iter().map(|it| it.width).sum(), pixels }
    }

    /// As a PNG of so many colours: 16, which are four bits a pixel, or 256.
    pub fn write(&self, colours: usize) -> Vec<u8> {
        let palette = self.palette(colours);
        let indices = self.in_colours(&palette);
        let rows = indices.chunks_exact(self.width);
        let (depth, packed): (_, Vec<u8>) = if colours > 16 {
            (png::BitDepth::Eight, indices)
        } else {
            let pairs = rows.flat_map(|row| row.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)));
            (png::BitDepth::Four, pairs.collect())
        };
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height() as u32);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(depth);
        encoder.set_palette(palette.concat());
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header().expect("a picture that fits");
        writer.write_image_data(&packed).expect("a picture that fits");
        writer.finish().expect("a picture that fits");
        bytes
    }

    /// Where this one is not as that one was, in words; nothing when they are the same to the eye.
    pub fn differs_from(&self, kept: &Self) -> Option<String> {
        if (self.width, self.height()) != (kept.width, kept.height()) {
            let (was, is) = ((kept.width, kept.height()), (self.width, self.height()));
            return Some(format!("it is {} by {} and was {} by {}", is.0, is.1, was.0, was.1));
        }
        // In the few colours of that one: then what is the same is the same to the last pixel.
        let palette: Vec<_> = kept.pixels.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let pixels = self.in_colours(&palette).iter().map(|index| palette[usize::from(*index)]).collect();
        let seen = Self { width: self.width, pixels };
        let mut worst = (0, 0, 0);
        let mut count = 0;
        for top in (0..self.height()).step_by(SQUARE) {
            for left in (0..self.width).step_by(SQUARE) {
                let (is, was) = (seen.mean(left, top), kept.mean(left, top));
                let off = (0..3).map(|one| is[one].abs_diff(was[one])).max().unwrap_or_default();
                count += usize::from(off > TOLERANCE);
                worst = worst.max((off, left, top));
            }
        }
        let (off, left, top) = worst;
        (count > 0).then(|| format!("{count} squares of it are others, most of all at {left}, {top}: by {off}"))
    }

    fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    fn mean(&self, left: usize, top: usize) -> [u32; 3] {
        let mut sum = [0; 3];
        let mut count = 0;
        for row in self.pixels.chunks_exact(self.width).skip(top).take(SQUARE) {
            for pixel in row.iter().skip(left).take(SQUARE) {
                count += 1;
                sum.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += u32::from(*part));
            }
        }
        sum.map(|part| part / count)
    }

    /// For each pixel the nearest of these colours, by its place among them.
    fn in_colours(&self, palette: &[Colour]) -> Vec<u8> {
        let nearest = |pixel: &Colour| {
            let best = palette.iter().enumerate().min_by_key(|(_, colour)| distance(pixel, colour));
            best.map_or(0, |(index, _)| index as u8)
        };
        let mut known = BTreeMap::new();
        self.pixels.iter().map(|pixel| *known.entry(*pixel).or_insert_with(|| nearest(pixel))).collect()
    }

    /// The colours that stand for all others: the range of colours is cut in two where it is longest, again and again.
    fn palette(&self, size: usize) -> Vec<Colour> {
        let mut counts = BTreeMap::<Colour, u32>::new();
        for pixel in self.pixels.iter().filter(|pixel| **pixel != NOTHING) {
            *counts.entry(*pixel).or_default() += 1;
        }
        let mut boxes = vec![counts.into_iter().collect::<Vec<_>>()];
        while boxes.len() < size - 1 {
            let spread = |colours: &Vec<(Colour, u32)>| {
                let spans = (0..3).map(|part| {
                    let values = || colours.iter().map(|(colour, _)| colour[part]);
                    (values().max().unwrap_or(0) - values().min().unwrap_or(0), part)
                });
                spans.max().unwrap_or_default()
            };
            // A colour of many pixels is worth more than one of a few.
            let weight = |colours: &Vec<(Colour, u32)>| {
                let count = colours.iter().map(|(_, count)| u64::from(*count)).sum::<u64>();
                u64::from(spread(colours).0) * (1 + count.ilog2()) as u64
            };
            let Some(widest) = (0..boxes.len()).max_by_key(|index| weight(&boxes[*index])) else { break };
            let (span, part) = spread(&boxes[widest]);
            if span == 0 {
                break;
            }
            let mut colours = boxes.swap_remove(widest);
            colours.sort_by_key(|(colour, _)| colour[part]);
            let middle = u16::from(colours[0].0[part]) + u16::from(span) / 2;
            let cut = colours.partition_point(|(colour, _)| u16::from(colour[part]) <= middle);
            let upper = colours.split_off(cut);
            boxes.extend([colours, upper]);
        }
        let mean = |colours: &Vec<(Colour, u32)>| {
            let all: u64 = colours.iter().map(|(_, count)| u64::from(*count)).sum();
            [0, 1, 2].map(|part| {
                let sum: u64 = colours.iter().map(|(colour, count)| u64::from(colour[part]) * u64::from(*count)).sum();
                ((sum + all / 2) / all) as u8
            })
        };
        let mut palette: Vec<_> = boxes.iter().map(mean).collect();
        palette.push(NOTHING);
        palette
    }
}

fn distance(one: &Colour, other: &Colour) -> u32 {
    one.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(*other)).pow(2)).sum()
}
