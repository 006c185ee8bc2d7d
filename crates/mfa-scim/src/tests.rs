use crate::*;
use serde_json::{Value as Json, json};

fn is(attribute: Attribute, text: &str) -> Filter {
    Filter::Text(attribute, Comparison::Is, text.to_owned())
}

fn parsed(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
}

#[test]
fn filters_that_directories_send() {
    // Entra ID (learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint"), Okta (developer.okta.com,
    // "SCIM 2.0 protocol reference").
    assert_eq!(parsed(r#"userName eq "Anna@Example.com""#), is(Attribute::UserName, "anna@example.com"));
    assert_eq!(parsed(r#"externalId eq "jyoung""#), is(Attribute::ExternalId, "jyoung"));
    assert_eq!(parsed(r#"id eq "x""#), is(Attribute::Id, "x"));
    assert_eq!(parsed("active eq true"), Filter::Active(true));
    assert_eq!(parsed("active ne true"), Filter::Active(false));
    assert_eq!(parsed(r#"active eq "False""#), Filter::Active(false));
    assert_eq!(parsed(r#"emails[type eq "work"].value eq "x""#), Filter::Whoever(false));
    assert_eq!(parsed(r#"emails[type eq "work" and value co "x"]"#), Filter::Whoever(false));
    assert_eq!(parsed(r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "a""#), is(Attribute::UserName, "a"));
    assert_eq!(
        parsed(r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:userName eq "a""#),
        Filter::Whoever(false)
    );
}

#[test]
fn not_binds_before_and_and_that_before_or() {
    let (a, b, c) = (is(Attribute::UserName, "a"), is(Attribute::UserName, "b"), is(Attribute::UserName, "c"));
    let (and, or) = (
        |a: &Filter, b: &Filter| Filter::And(Box::new(a.clone()), Box::new(b.clone())),
        |a: &Filter, b: &Filter| Filter::Or(Box::new(a.clone()), Box::new(b.clone())),
    );
    let of = |text: &str| parsed(&text.replace("=", "userName eq "));
    assert_eq!(of(r#"="a" or ="b" and ="c""#), or(&a, &and(&b, &c)));
    assert_eq!(of(r#"(="a" or ="b") and ="c""#), and(&or(&a, &b), &c));
    assert_eq!(of(r#"="a" AND ="b" Or ="c""#), or(&and(&a, &b), &c));
    assert_eq!(of(r#"not (="a") and ="b""#), and(&Filter::Not(Box::new(a.clone())), &b));
    assert_eq!(of(r#"NOT(="a")"#), Filter::Not(Box::new(a.clone())));
    assert_eq!(of(r#" ( ( ="a" ) ) "#), a);
}

#[test]
fn texts_are_json_texts() {
    assert_eq!(parsed(r#"externalId eq "a\"b\\""#), is(Attribute::ExternalId, "a\"b\\"));
    assert_eq!(parsed(r#"externalId eq "a) or (b""#), is(Attribute::ExternalId, "a) or (b"));
    assert_eq!(parsed(r#"externalId eq "\u00e9""#), is(Attribute::ExternalId, "é"));
}

#[test]
fn what_nobody_has_compares_with_nothing() {
    assert_eq!(parsed(r#"title eq "x""#), Filter::Whoever(false));
    assert_eq!(parsed(r#"title ne "x""#), Filter::Whoever(true));
    assert_eq!(parsed("title pr"), Filter::Whoever(false));
    assert_eq!(parsed("userName pr"), Filter::Whoever(true));
    assert_eq!(parsed("externalId pr"), Filter::Has(Attribute::ExternalId));
    assert_eq!(parsed("externalId eq null"), Filter::Not(Box::new(Filter::Has(Attribute::ExternalId))));
    assert_eq!(parsed(r#"meta.resourceType eq "User""#), Filter::Whoever(true));
}

#[test]
fn what_is_no_filter_is_refused() {
    let deep = |depth: usize| format!("{}active eq true{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&deep(Filter::DEEPEST)).is_ok());
    let many = |count: usize| vec!["active eq true"; count].join(" or ");
    assert!(Filter::parse(&many(Filter::MOST)).is_ok());
    let searching = |count: usize| {
        let one = [r#"externalId co "a""#, r#"id sw "b""#, r#"userName ew "c""#];
        one.iter().cycle().take(count).copied().collect::<Vec<_>>().join(" or ")
    };
    assert!(Filter::parse(&searching(Filter::SEARCHES)).is_ok());
    assert!(Filter::parse(&format!("{} or userName ge \"m\"", searching(Filter::SEARCHES))).is_ok());
    let long = format!("userName eq \"{}\"", "a".repeat(Filter::LONGEST));
    for text in [
        "",
        " ",
        "userName",
        "userName eq",
        "userName is \"a\"",
        "userName eq a",
        "userName eq \"a",
        "eq \"a\"",
        "userName eq \"a\" and",
        "userName eq \"a\" xor active eq true",
        "(active eq true",
        "active eq true)",
        "not active eq true",
        "active eq 1",
        "active gt true",
        "active eq \"yes\"",
        "userName eq true",
        "userName.part eq \"a\"",
        "userName[type eq \"a\"]",
        "1userName eq \"a\"",
        "http://x:userName eq \"a\"",
        "userName eq \"a\"\n",
        "userName co null",
        "emails[",
        "emails[type eq \"work\"",
        "emails[]",
        "é eq \"a\"",
        &deep(Filter::DEEPEST + 1),
        &deep(500),
        &many(Filter::MOST + 1),
        &searching(Filter::SEARCHES + 1),
        &long,
    ] {
        assert_eq!(Filter::parse(text), Err(Fault::InvalidFilter), "{text}");
    }
}

fn changed(operations: Json) -> Result<Change, Fault> {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
    patch(body.to_string().as_bytes())
}

#[test]
fn changes_that_directories_send() {
    let off = Change { active: Some(false), ..Change::default() };
    for operation in [
        json!({"op": "Replace", "path": "active", "value": "False"}),
        json!({"op": "replace", "path": "active", "value": false}),
        json!({"op": "replace", "value": {"active": false}}),
        json!({"op": "Add", "path": "urn:ietf:params:scim:schemas:core:2.0:User:active", "value": "false"}),
        json!({"op": "replace", "path": null, "value": {"id": "x", "active": false, "schemas": []}}),
    ] {
        assert_eq!(changed(json!([operation])), Ok(off.clone()), "{operation}");
    }
    let nothing = Ok(Change::default());
    for operation in [
        json!({"op": "Add", "path": "emails[type eq \"work\"].value", "value": "a@example.com"}),
        json!({"op": "Replace", "path": "name.familyName", "value": "Young"}),
        json!({"op": "Remove", "path": "addresses[type eq \"work\" and primary eq true]"}),
        json!({"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": [{"$ref": "../Users/x"}]}),
        json!({"op": "replace", "value": {"name.givenName": "A", "emails[type eq \"work\"].value": "x", "title": null}}),
    ] {
        assert_eq!(changed(json!([operation])), nothing, "{operation}");
    }
    let said = changed(json!([
        {"op": "replace", "path": "externalId", "value": "one"},
        {"op": "Add", "path": "userName", "value": "Anna"},
        {"op": "remove", "path": "externalId"},
    ]));
    let expected = Change { user_name: Some("Anna".to_owned()), external_id: Some(None), active: None };
    assert_eq!(said, Ok(expected));
}

#[test]
fn what_is_no_change_is_refused_by_its_kind() {
    for (operation, fault) in [
        (json!({"op": "replace", "path": "active", "value": "perhaps"}), Fault::InvalidValue),
        (json!({"op": "replace", "path": "active", "value": 0}), Fault::InvalidValue),
        (json!({"op": "replace", "path": "active", "value": null}), Fault::InvalidValue),
        (json!({"op": "replace", "path": "active"}), Fault::InvalidValue),
        (json!({"op": "replace", "value": "x"}), Fault::InvalidValue),
        (json!({"op": "replace", "path": "userName", "value": ["x"]}), Fault::InvalidValue),
        (json!({"op": "replace", "path": "externalId", "value": "x".repeat(EXTERNAL_ID + 1)}), Fault::InvalidValue),
        (json!({"op": "replace", "path": "externalId", "value": "a\u{0}"}), Fault::InvalidValue),
        (json!({"op": "replace", "path": "id", "value": "x"}), Fault::Mutability),
        (json!({"op": "remove", "path": "userName"}), Fault::Mutability),
        (json!({"op": "remove", "path": "active"}), Fault::Mutability),
        (json!({"op": "remove"}), Fault::NoTarget),
        (json!({"op": "replace", "path": "emails[type eq", "value": "x"}), Fault::InvalidPath),
        (json!({"op": "replace", "path": "userName[type eq \"x\"]", "value": "x"}), Fault::InvalidPath),
        (json!({"op": "replace", "path": "active.value", "value": "x"}), Fault::InvalidPath),
        (json!({"op": "replace", "path": "a b", "value": "x"}), Fault::InvalidPath),
        (json!({"op": "replace", "path": "", "value": "x"}), Fault::InvalidPath),
        (json!({"op": "replace", "path": 1, "value": "x"}), Fault::InvalidPath),
        (json!({"op": "move", "path": "active", "value": true}), Fault::InvalidSyntax),
        (json!({"path": "active", "value": true}), Fault::InvalidSyntax),
        (json!("replace"), Fault::InvalidSyntax),
    ] {
        assert_eq!(changed(json!([operation])), Err(fault), "{operation}");
    }
    for body in ["", "[]", "{}", "{\"Operations\":[]}", "{\"Operations\":{}}", "null", "{\"Operations\":[],"] {
        assert_eq!(patch(body.as_bytes()), Err(Fault::InvalidSyntax), "{body}");
    }
    assert_eq!(changed(json!(vec![json!({"op": "remove", "path": "title"}); 101])), Err(Fault::InvalidSyntax));
}

#[test]
fn of_a_user_three_attributes_are_understood_and_the_rest_is_read_past() {
    let body = json!({
        "schemas": [CORE_USER, ENTERPRISE_USER],
        "UserName": "Anna",
        "externalId": "7",
        "active": "True",
        "id": "mine",
        "password": "t1meMa$heen",
        "emails": 7,
        "name": {"active": false},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"active": false, "userName": "x"},
    });
    let said_of_her = said(body.to_string().as_bytes()).unwrap();
    let expected =
        Said { user_name: Some("Anna".to_owned()), external_id: Some(Some("7".to_owned())), active: Some(true) };
    assert_eq!(said_of_her, expected);
    assert_eq!(said(b"{}"), Ok(Said::default()));
    assert_eq!(replaced(b"{}"), Ok(Said { external_id: Some(None), ..Said::default() }));
    for body in [r#"{"userName":"a","username":"b"}"#, r#"["userName"]"#, "7", r#"{"userName":"a"} {}"#] {
        assert_eq!(said(body.as_bytes()), Err(Fault::InvalidSyntax), "{body}");
    }
    for body in [r#"{"userName":7}"#, r#"{"userName":null}"#, r#"{"active":1}"#, r#"{"externalId":""}"#] {
        assert_eq!(said(body.as_bytes()), Err(Fault::InvalidValue), "{body}");
    }
}

#[test]
fn an_answer_has_what_was_asked_for_and_always_an_id() {
    let resource = json!({"schemas": [], "id": "x", "userName": "a", "active": true, "meta": {}});
    let keys = |attributes: &str, excluded: &str| {
        let mut resource = resource.as_object().unwrap().clone();
        Selection::new(attributes.split(','), excluded.split(',')).apply(&mut resource);
        resource.keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys("", ""), "active id meta schemas userName");
    assert_eq!(keys("username", ""), "id schemas userName");
    assert_eq!(
        keys("urn:ietf:params:scim:schemas:core:2.0:User:userName, meta.location", ""),
        "id meta schemas userName"
    );
    assert_eq!(keys("", "id,ACTIVE"), "id meta schemas userName");
    assert_eq!(keys("nothing", "userName"), "id schemas");
}
