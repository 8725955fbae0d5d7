use super::*;

/// A zip with one stored entry, which says that it is larger than it is.
fn bomb() -> Vec<u8> {
    let name = b"xl/workbook.xml";
    let (packed, inflated) = (4_u32, 4_000_000_000_u32);
    let mut zip = Vec::new();
    let sizes = |out: &mut Vec<u8>| {
        out.extend(0_u32.to_le_bytes());
        out.extend(packed.to_le_bytes());
        out.extend(inflated.to_le_bytes());
        out.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    };
    zip.extend(b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0");
    sizes(&mut zip);
    zip.extend([0, 0]);
    zip.extend(name);
    zip.extend([0x03, 0, 0, 0]);
    let central = zip.len();
    zip.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0");
    sizes(&mut zip);
    zip.extend([0; 16]);
    zip.extend(name);
    let size = u32::try_from(zip.len() - central).unwrap();
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend(size.to_le_bytes());
    zip.extend(u32::try_from(central).unwrap().to_le_bytes());
    zip.extend([0, 0]);
    zip
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_taken_is_refused_with_what_to_do() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    upload(&ann, "", b"").await.is(422).says("Choose a file").says("<title>Error: ");
    upload(&ann, "rents.csv", b"").await.is(422).says("The file is empty");
    let large = vec![b'a'; 60 * 1024 * 1024];
    upload(&ann, "rents.csv", &large).await.is(422).says("larger than 50 MB");
    assert!(site.logged("upload.received").await.is_empty());
    let form = ann.post("/new/rent-accounts", &[("file", "x")]).await;
    assert!(form.status.is_client_error(), "{}", form.status);
    let open = ann.get("/new").await;
    open.says_not("not queued yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_sheet_says_so_and_breaks_nothing() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let mut program = b"MZ\x90\0\x03\0\0\0".to_vec();
    program.extend([0; 4096]);
    let encrypted = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 600]].concat();
    for (name, bytes) in [
        ("rents.xlsx", program.as_slice()),
        ("rents.xlsx", &bomb()),
        ("rents.xlsx", b"PK\x03\x04 but no more than that"),
        ("rents.xls", &encrypted),
        ("rents.csv", b"Dear Sir or Madam"),
        ("../../../etc/passwd", b"%PDF-1.7 a letter"),
    ] {
        let answer = upload(&ann, name, bytes).await;
        let to = answer.is(303).location().to_owned();
        let page = ann.get(&to).await;
        page.is(200).says("This file cannot be read as it is").says("Discard this upload");
        page.says_not("Madam").says_not("Queue ");
        ann.post(&format!("{to}/queue"), &[]).await.is(409);
    }
    assert!(!std::path::Path::new("/etc/passwd.sealed").exists());
    let names = std::fs::read_dir(site.app.folder.root().join("uploads")).unwrap();
    for name in names {
        let name = name.unwrap().file_name().into_string().unwrap();
        assert!(name.len() == 32 && name.bytes().all(|it| it.is_ascii_hexdigit()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_in_a_name_or_a_cell_is_text() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    let text = sheet(RENT, &[&[("Tenant surname", "<img src=x onerror=alert(1)>")]]);
    let name = "<svg onload=alert(2)>.csv";
    let to = upload(&ann, name, text.as_bytes()).await.location().to_owned();
    ann.post(&format!("{to}/try"), &[("rows", "all")]).await.is(303);
    let page = ann.get(&to).await;
    page.is(200)
        .says("&lt;svg onload=alert(2)&gt;.csv")
        .says_not("<svg onload")
        .says_not("<img src=x");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_of_inflated_rows_is_refused() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", SUBMITTER).await;
    // 500 columns at most are read, and these are 600.
    let wide = vec!["\"Balance\""; 600].join(",") + "\n" + &vec!["1"; 600].join(",") + "\n";
    let to = upload(&ann, "rents.csv", wide.as_bytes()).await.location().to_owned();
    ann.get(&to).await.says("This file cannot be read as it is").says("500");
}
