//! A picture of another's making, and every way in which a file is not one.

use super::*;
use std::borrow::ToOwned;
use std::format;
use std::string::{String, ToString};
use std::vec;

/// One grey dot, as Python's zlib and struct write it.
const DOT: &[u8] =
    b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\
    \x00\x00\x00\x0aIDATx\xdach\x00\x00\x00\x82\x00\x81\xdaE\x08;\x00\x00\x00\x00IEND\xaeB`\x82";

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let check = crc_32(kind.iter().chain(content)).to_be_bytes();
    [&length[..], kind, content, &check].concat()
}

fn header(width: u32, height: u32, rest: [u8; 5]) -> Vec<u8> {
    chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &rest].concat())
}

fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    [SIGNATURE.to_vec(), chunks.concat()].concat()
}

fn grey(width: u32, height: u32) -> Vec<u8> {
    header(width, height, [8, 0, 0, 0, 0])
}

fn indexed() -> Vec<u8> {
    header(1, 1, [8, 3, 0, 0, 0])
}

fn data() -> Vec<u8> {
    chunk(b"IDAT", b"compressed")
}

fn end() -> Vec<u8> {
    chunk(b"IEND", b"")
}

#[test]
fn the_check_is_that_of_the_specification() {
    assert_eq!(crc_32(b"123456789".iter()), 0xcbf4_3926);
    assert_eq!(crc_32(b"IEND".iter()), 0xae42_6082);
}

#[test]
fn a_picture_is_kept_as_it_is_and_named_by_its_sha_256() {
    let logo = Logo::parse(DOT).unwrap();
    assert_eq!(logo.png(), DOT);
    assert_eq!(logo.name().to_string(), "e124007e0371a272f11e7fbc2414aff5a1095f3a46ad29771ea1bf3f8a5b07ca");
    assert_eq!(LogoName::parse(&logo.name().to_string()), Some(logo.name()));
}

#[test]
fn what_drawing_does_not_need_is_left_out() {
    let plain = png(&[indexed(), chunk(b"PLTE", b"rgb"), chunk(b"tRNS", b"a"), data(), data(), end()]);
    let told = png(&[
        indexed(),
        chunk(b"eXIf", b"52.37 N 4.89 E"),
        chunk(b"PLTE", b"rgb"),
        chunk(b"tRNS", b"a"),
        chunk(b"tEXt", b"Author\0Anna"),
        data(),
        data(),
        chunk(b"zTXt", b"<script>"),
        end(),
    ]);
    let logo = Logo::parse(&told).unwrap();
    assert_eq!(logo.png(), plain);
    assert_eq!(Logo::parse(&plain), Ok(logo), "the same picture has the same name");
    // Of a moving picture the first is left.
    let moving = png(&[grey(1, 1), chunk(b"acTL", &[0; 8]), data(), chunk(b"fdAT", b"more"), end()]);
    assert_eq!(Logo::parse(&moving).unwrap().png(), png(&[grey(1, 1), data(), end()]));
}

#[test]
fn only_a_png_is_one() {
    for other in [
        &b""[..],
        b"GIF89a",
        b"\xff\xd8\xff\xe0",
        b"RIFF\0\0\0\0WEBP",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b" \x89PNG\r\n\x1a\n",
        b"\x89PNG\n\x1a\n",
        b"\x89PNG\r\n\x1a",
    ] {
        assert_eq!(Logo::parse(other), Err(LogoError::NotPng), "{other:?}");
    }
}

#[test]
fn it_is_small() {
    let of = |length: usize| png(&[grey(1, 1), chunk(b"IDAT", &vec![0; length]), end()]);
    let frame = of(0).len();
    assert!(Logo::parse(&of(LARGEST_LOGO - frame)).is_ok());
    assert_eq!(Logo::parse(&of(LARGEST_LOGO - frame + 1)), Err(LogoError::TooLarge));
    for (width, height, result) in [
        (512, 512, None),
        (513, 1, Some(LogoError::TooManyPixels)),
        (1, 513, Some(LogoError::TooManyPixels)),
        (u32::MAX, u32::MAX, Some(LogoError::TooManyPixels)),
        (0, 1, Some(LogoError::Damaged)),
        (1, 0, Some(LogoError::Damaged)),
    ] {
        assert_eq!(Logo::parse(&png(&[grey(width, height), data(), end()])).err(), result, "{width} × {height}");
    }
}

#[test]
fn every_way_to_colour_it_is_known_and_no_other() {
    let known = [(0, &[1, 2, 4, 8, 16][..]), (2, &[8, 16]), (3, &[1, 2, 4, 8]), (4, &[8, 16]), (6, &[8, 16])];
    for colour in 0..=u8::MAX {
        for depth in 0..=32 {
            let palette = if colour == INDEXED { chunk(b"PLTE", b"rgb") } else { Vec::new() };
            let file = png(&[header(1, 1, [depth, colour, 0, 0, 0]), palette, data(), end()]);
            let is_known = known.iter().any(|(known, depths)| *known == colour && depths.contains(&depth));
            assert_eq!(Logo::parse(&file).is_ok(), is_known, "colour {colour}, depth {depth}");
        }
    }
    for (rest, is_known) in
        [([8, 0, 0, 0, 1], true), ([8, 0, 1, 0, 0], false), ([8, 0, 0, 1, 0], false), ([8, 0, 0, 0, 2], false)]
    {
        assert_eq!(Logo::parse(&png(&[header(1, 1, rest), data(), end()])).is_ok(), is_known, "{rest:?}");
    }
}

#[test]
fn each_chunk_has_its_place() {
    let (palette, clear, text) = (chunk(b"PLTE", b"rgb"), chunk(b"tRNS", b"aa"), chunk(b"tEXt", b"x"));
    let colour = header(1, 1, [8, 2, 0, 0, 0]);
    let both = header(1, 1, [8, 6, 0, 0, 0]);
    for (why, chunks) in [
        ("no header", vec![data(), end()]),
        ("the header later", vec![text.clone(), grey(1, 1), data(), end()]),
        ("two headers", vec![grey(1, 1), grey(1, 1), data(), end()]),
        ("a long header", vec![chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0]), data(), end()]),
        ("a short header", vec![chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0]), data(), end()]),
        ("no data", vec![grey(1, 1), end()]),
        ("data in two places", vec![grey(1, 1), data(), text.clone(), data(), end()]),
        ("no end", vec![grey(1, 1), data()]),
        ("an end with something in it", vec![grey(1, 1), data(), chunk(b"IEND", b"x")]),
        ("something behind the end", vec![grey(1, 1), data(), end(), b"<script>".to_vec()]),
        ("another picture behind the end", vec![grey(1, 1), data(), end(), DOT.to_vec()]),
        ("a chunk that a decoder must understand", vec![grey(1, 1), chunk(b"EVIL", b""), data(), end()]),
        ("no palette", vec![indexed(), data(), end()]),
        ("a palette too late", vec![indexed(), data(), palette.clone(), end()]),
        ("two palettes", vec![indexed(), palette.clone(), palette.clone(), data(), end()]),
        ("an empty palette", vec![indexed(), chunk(b"PLTE", b""), data(), end()]),
        ("half a colour", vec![indexed(), chunk(b"PLTE", b"rgbr"), data(), end()]),
        ("257 colours", vec![indexed(), chunk(b"PLTE", &[0; 771]), data(), end()]),
        ("a palette of greys", vec![grey(1, 1), palette.clone(), data(), end()]),
        ("no palette for it", vec![indexed(), clear.clone(), palette.clone(), data(), end()]),
        ("two of them", vec![grey(1, 1), clear.clone(), clear.clone(), data(), end()]),
        ("one too late", vec![grey(1, 1), data(), clear.clone(), end()]),
        ("too short for a colour", vec![colour.clone(), clear.clone(), data(), end()]),
        ("what is there already", vec![both, chunk(b"tRNS", &[0; 6]), data(), end()]),
        ("none", vec![indexed(), palette.clone(), chunk(b"tRNS", b""), data(), end()]),
        ("257 of them", vec![indexed(), palette.clone(), chunk(b"tRNS", &[0; 257]), data(), end()]),
    ] {
        assert_eq!(Logo::parse(&png(&chunks)), Err(LogoError::Damaged), "{why}");
    }
    for chunks in [
        vec![grey(1, 1), clear, data(), end()],
        vec![colour.clone(), chunk(b"tRNS", &[0; 6]), data(), end()],
        vec![colour, chunk(b"PLTE", &[0; 768]), data(), end()],
        vec![indexed(), palette, chunk(b"tRNS", &[0; 256]), data(), text, end()],
    ] {
        assert!(Logo::parse(&png(&chunks)).is_ok(), "{chunks:?}");
    }
}

#[test]
fn a_file_that_was_cut_off_or_spoilt_in_any_place_is_refused() {
    for length in 0..DOT.len() {
        assert!(Logo::parse(&DOT[..length]).is_err(), "{length} bytes of it");
    }
    for place in 0..DOT.len() {
        for bit in 0..8 {
            let mut spoilt = DOT.to_vec();
            spoilt[place] ^= 1 << bit;
            assert!(Logo::parse(&spoilt).is_err(), "bit {bit} of byte {place}");
        }
    }
    // A length that no file has.
    for length in [u32::MAX, u32::MAX - 11, 1 << 31] {
        let mut spoilt = png(&[grey(1, 1)]);
        spoilt.extend_from_slice(&[&length.to_be_bytes()[..], b"IDAT", &[0; 64]].concat());
        assert_eq!(Logo::parse(&spoilt), Err(LogoError::Damaged));
    }
}

#[test]
fn a_name_is_64_hexadecimal_digits_in_lower_case() {
    let good = "0123456789abcdef".repeat(4);
    assert_eq!(LogoName::parse(&good).unwrap().to_string(), good);
    for wrong in [
        good[1..].to_owned(),
        format!("{good}0"),
        good.to_uppercase(),
        good.replace('f', "g"),
        good.replace("0123", "+123"),
        "é".repeat(32),
        String::new(),
    ] {
        assert_eq!(LogoName::parse(&wrong), None, "{wrong:?}");
    }
}
