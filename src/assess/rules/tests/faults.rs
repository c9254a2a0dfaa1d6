//! What is wrong with a rule is said with its place, and with a cure, before any resource is seen.

use super::{file_of, file_with, read};
use crate::rules::Rules;

/// Line, column, problem and cure.
fn refused(text: &str) -> (usize, Option<usize>, String, String) {
    let error = read(text).expect_err(text);
    assert_eq!(error.file, "a.toml");
    (error.line, error.column, error.problem, error.cure)
}

#[test]
fn an_unknown_name_is_said_with_its_column_and_the_nearest_name() {
    for (condition, column, problem, cure) in [
        (
            "resource.nam == ''",
            18,
            "no field of Function is called 'nam'",
            "did you mean 'name'?",
        ),
        (
            "resource.details.tagz.owner == ''",
            26,
            "no field of FunctionDetails is called 'tagz'",
            "did you mean 'tags'?",
        ),
        (
            "resurce.name == ''",
            9,
            "no variable is called 'resurce'",
            "did you mean 'resource'?",
        ),
        (
            "resource.urls.exists(u, u.auth_tipe == '')",
            35,
            "no field of FunctionUrl is called 'auth_tipe'",
            "did you mean 'auth_type'?",
        ),
        (
            "resource.name.startWith('a')",
            23,
            "no function is called 'startWith'",
            "did you mean 'startsWith'?",
        ),
        (
            "[1].exist(x, x == 1)",
            13,
            "no function is called 'exist'",
            "did you mean 'exists'?",
        ),
        (
            "'\u{e9}' == resource . nam",
            27,
            "no field of Function is called 'nam'",
            "did you mean 'name'?",
        ),
        (
            "has(resource.polcy)",
            22,
            "no field of Function is called 'polcy'",
            "did you mean 'policy'?",
        ),
    ] {
        let expected = (9, Some(column), problem.to_owned(), cure.to_owned());
        assert_eq!(refused(&file_of(condition)), expected, "{condition}");
    }
}

#[test]
fn a_place_is_found_in_texts_over_several_lines() {
    let lines =
        "message = \"'m'\"\npass = '''\n  resource.name != ''\n    && resource.nam == ''\n'''";
    let (line, column, ..) = refused(&file_with(lines));
    assert_eq!((line, column), (11, Some(17)));
}

#[test]
fn types_that_do_not_fit_are_refused() {
    for (condition, column, problem) in [
        (
            "resource.name",
            9,
            "the expression gives string, and bool is wanted",
        ),
        ("1", 9, "the expression gives int, and bool is wanted"),
        ("null", 9, "the expression gives null, and bool is wanted"),
        ("resource.name == 1", 9, "'==' between string and int"),
        ("resource.name > 1", 9, "'>' between string and int"),
        ("resource.name + 1 == ''", 9, "'+' between string and int"),
        ("1 + 1.0 == 2.0", 9, "'+' between int and double"),
        ("1.5 % 2.0 == 1.0", 9, "'%' between double and double"),
        (
            "resource.configuration == resource.configuration",
            9,
            "'==' between Configuration and Configuration",
        ),
        (
            "resource.urls == resource.urls",
            9,
            "'==' between list(FunctionUrl) and list(FunctionUrl)",
        ),
        ("resource.name == null", 9, "this string is never null"),
        (
            "null != resource.versions",
            17,
            "this list(Version) is never null",
        ),
        ("1 in resource.name", 9, "'in' between int and string"),
        ("'a' in [1]", 9, "'in' between string and list(int)"),
        (
            "1 in resource.details.tags",
            9,
            "'in' between int and map(string, string)",
        ),
        ("!resource.name", 10, "string where bool is wanted"),
        (
            "-resource.name == ''",
            10,
            "string where a number is wanted",
        ),
        ("resource.name && true", 9, "string where bool is wanted"),
        (
            "resource.name ? true : false",
            9,
            "string where bool is wanted",
        ),
        ("(true ? 1 : 'a') == 1", 21, "string where int is wanted"),
        ("[1, 'a'] == []", 13, "string where int is wanted"),
        ("{1: 'a'} == {}", 10, "int where string is wanted"),
        (
            "resource.name.x == ''",
            23,
            "string has no fields, and '.x' asks for one",
        ),
        (
            "resource.urls.url == ''",
            23,
            "list(FunctionUrl) has no fields, and '.url' asks for one",
        ),
        (
            "resource.urls['a'] == null",
            23,
            "string where int is wanted",
        ),
        (
            "resource['name'] == ''",
            9,
            "Function has fields and no items",
        ),
        (
            "resource.name[0] == ''",
            9,
            "string where a list or a map is wanted",
        ),
        (
            "resource.name.all(c, true)",
            9,
            "string where a list or a map is wanted",
        ),
        (
            "resource.urls.all(u)",
            23,
            "all() wants a variable and a condition",
        ),
        (
            "resource.urls.all('u', true)",
            27,
            "all() wants the name of a variable first",
        ),
        (
            "resource.urls.all(u, u)",
            30,
            "FunctionUrl where bool is wanted",
        ),
        ("size(1) == 1", 9, "size() does not take (int)"),
        ("size() == 1", 9, "size() does not take ()"),
        ("has(resource)", 13, "has() wants a field"),
        (
            "string(resource.configuration) == ''",
            9,
            "string() does not take (Configuration)",
        ),
        (
            "'a'.matches(resource.name)",
            21,
            "matches() wants its pattern written out",
        ),
        (
            "'a'.matches('(')",
            21,
            "a pattern that is none: unclosed group",
        ),
        (
            "'a'.matches('(a{1000}){1000}')",
            21,
            "a pattern that is none: Compiled regex exceeds size limit of 262144 bytes.",
        ),
        ("timestamp(1) == now", 9, "timestamp() does not take (int)"),
        ("now > 1", 9, "'>' between timestamp and int"),
        ("now + now > now", 9, "'+' between timestamp and timestamp"),
        ("parent.name == ''", 9, "no variable is called 'parent'"),
        // Not known before a resource is seen, and false of many: said where it is written.
        (
            "resource.details.reserved_concurrency",
            9,
            "the expression gives int, and bool is wanted",
        ),
    ] {
        let (line, found, said, cure) = refused(&file_of(condition));
        assert_eq!(
            (line, found, said.as_str()),
            (9, Some(column), problem),
            "{condition}"
        );
        assert!(!cure.is_empty());
    }
}

#[test]
fn a_bool_that_may_be_null_is_no_condition() {
    let stage =
        |pass: &str| file_of(pass).replace("AWS::Lambda::Function", "AWS::ApiGateway::Stage");
    for condition in [
        "resource.tracing_enabled",
        "!resource.tracing_enabled",
        "true && resource.tracing_enabled",
        "resource.tracing_enabled ? true : false",
    ] {
        let (_, _, said, cure) = refused(&stage(condition));
        assert_eq!(said, "this bool may be null, which is no condition");
        assert!(cure.contains("== true"));
    }
    read(&stage("resource.tracing_enabled == true")).expect("a condition");
    read(&stage("resource.tracing_enabled != false")).expect("a condition");
}

#[test]
fn what_is_no_expression_is_refused_with_its_place() {
    for (condition, column, problem) in [
        ("", 9, "this is not expected here: the end"),
        ("1 +", 12, "this is not expected here: the end"),
        ("(1 == 1", 16, "missing ')' at the end"),
        ("1 == 1)", 15, "this is too much: ')', expected is the end"),
        ("[1, == 1", 13, "missing ']' at '=='"),
        (
            "true true",
            14,
            "this is too much: 'true', expected is the end",
        ),
        ("resource.", 18, "this leads nowhere: '.'"),
        ("true ? false", 21, "this is not expected here: the end"),
        ("'abc", 9, "this means nothing: ''abc'"),
        (r"'\q' == ''", 9, r"this means nothing: ''\q'"),
        ("a # b", 11, "this means nothing: '#'"),
        ("a = b", 11, "this means nothing: '= '"),
        ("'\u{e9}' == 1 +", 19, "this is not expected here: the end"),
        ("1u == 1", 9, "unsigned numbers are not supported"),
        ("b'a' == 'a'", 9, "bytes are not supported"),
        ("1x == 1", 10, "this is not expected here: 'x'"),
        ("9223372036854775808 > 0", 9, "invalid int literal"),
        ("99999999999999999999 > 0", 9, "invalid int literal"),
        ("1e999 > 0.0", 9, "invalid double literal"),
        ("while == 1", 9, "reserved identifier: while"),
        ("resource.?name == ''", 17, "unsupported syntax '.?'"),
        ("Arn{} == 1", 12, "records cannot be made here"),
    ] {
        let (line, found, said, _) = refused(&file_of(condition));
        assert_eq!(
            (line, found, said.as_str()),
            (9, Some(column), problem),
            "{condition}"
        );
    }
}

#[test]
fn what_is_wrong_beside_the_expressions_is_refused() {
    let right = file_of("true");
    for (from, to, line, problem, cure) in [
        (
            "id = \"acme-rule\"",
            "id = \"Rule\"",
            1,
            "the id 'Rule' is not words",
            "write it like",
        ),
        (
            "acme-rule",
            "acme--rule",
            1,
            "is not words",
            "write it like",
        ),
        (
            "acme-rule",
            "lambda-public-url",
            1,
            "belongs to a check of Tripod",
            "begin it with",
        ),
        (
            "acme-rule",
            "tripod-rule",
            1,
            "belongs to a check of Tripod",
            "begin it with",
        ),
        (
            "something of our own",
            "",
            2,
            "a title is one line",
            "say the problem",
        ),
        (
            "\"lambda\"",
            "\"lamda\"",
            3,
            "no service is called 'lamda'",
            "did you mean 'lambda'?",
        ),
        (
            "\"lambda\"",
            "\"tripod\"",
            3,
            "no service is called 'tripod'",
            "expected one of",
        ),
        (
            "AWS::Lambda::Function",
            "AWS::Lambda::Functions",
            4,
            "no type of resources is called 'AWS::Lambda::Functions'",
            "did you mean 'AWS::Lambda::Function'?",
        ),
        (
            "integrity = \"low\"",
            "integrity = \"none\"",
            5,
            "a rule without an impact",
            "give one leg",
        ),
        (
            "{ integrity = \"low\" }",
            "{ }",
            5,
            "a rule without an impact",
            "give one leg",
        ),
        (
            "integrity = \"low\"",
            "integrety = \"low\"",
            5,
            "no key is called 'integrety' here",
            "did you mean 'integrity'?",
        ),
        (
            "integrity = \"low\"",
            "integrity = \"lowest\"",
            5,
            "lowest",
            "correct the value",
        ),
        (
            "why = ",
            "whi = ",
            6,
            "no key is called 'whi' here",
            "did you mean 'why'?",
        ),
        ("mend = \"do it\"", "", 1, "missing field `mend`", "add it"),
        (
            "mend =",
            "needs = [\"lambda:ListFunction\"]\nmend =",
            7,
            "no operation that Tripod reads is called 'lambda:ListFunction'",
            "did you mean 'lambda:ListFunctions'?",
        ),
        (
            "mend =",
            "controls = { soc2 = [\"CC6.1\"] }\nmend =",
            7,
            "no framework is called 'soc2'",
            "did you mean 'soc-2'?",
        ),
    ] {
        assert!(right.contains(from), "{from}");
        let (found, _, said, hint) = refused(&right.replace(from, to));
        assert!(said.contains(problem), "{to}: {said}");
        assert!(hint.contains(cure), "{to}: {hint}");
        assert_eq!(found, line, "{to}: {said}");
    }
}

#[test]
fn a_test_is_held_to_the_shape_of_the_snapshot() {
    let with = |lines: &str| {
        let test = format!("[[test]]\nname = \"t\"\nexpect = \"pass\"\n{lines}");
        refused(&format!("{}{test}", file_of("true")))
    };
    for (lines, problem, cure) in [
        (
            "resource.nam = \"a\"",
            "resource has no field 'nam'",
            "did you mean 'name'?",
        ),
        (
            "resource.name = 1",
            "resource.name is not of the type string",
            "snapshot.schema.json",
        ),
        (
            "resource.configuration.memory_mib = \"1\"",
            "resource.configuration.memory_mib is not of the type int",
            "schema",
        ),
        (
            "resource.details = { tags = {} }",
            "resource.details is an answer of AWS",
            "known = ",
        ),
        (
            "resource.details.denied = {}",
            "resource.details is an answer of AWS",
            "denied = ",
        ),
        (
            "resource.details = \"gone\"",
            "resource.details is an answer of AWS",
            "absent",
        ),
        (
            "resource.details.known.tag = 1",
            "resource.details has no field 'tag'",
            "did you mean 'tags'?",
        ),
        (
            "resource.urls.known = [{ uri = \"\" }]",
            "resource.urls[0] has no field 'uri'",
            "did you mean 'url'?",
        ),
        (
            "resource = {}\nparent = {}",
            "a resource of this type has no parent",
            "remove test.parent",
        ),
        (
            "resource = {}\nnow = \"today\"",
            "'now' is no timestamp",
            "write it like",
        ),
    ] {
        let (line, _, said, hint) = with(lines);
        assert_eq!(line, 11, "{said}");
        assert!(said.contains(problem), "{lines}: {said}");
        assert!(hint.contains(cure), "{lines}: {hint}");
    }
}

#[test]
fn every_file_with_a_fault_is_named_and_no_id_is_there_twice() {
    let (right, wrong) = (file_of("true"), file_of("1"));
    let read = |files: &[(&str, &str)]| Rules::read(files.iter().copied());
    let errors = read(&[("a", &wrong), ("b", &right), ("c", &wrong)]).expect_err("two are wrong");
    let files: Vec<&str> = errors.iter().map(|error| error.file.as_str()).collect();
    assert_eq!(files, ["a", "c"]);
    let errors = read(&[("a", &right), ("b", &right)]).expect_err("twice");
    assert_eq!(
        errors[0].to_string(),
        "b:1:6: the id 'acme-rule' is that of a:1, too"
    );
    // Also where the id stands elsewhere in the file.
    let later = format!("# ours\n\n{right}");
    let errors = read(&[("a", &later), ("b", &right), ("c", &later)]).expect_err("thrice");
    let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "b:1:6: the id 'acme-rule' is that of a:3, too",
            "c:3:6: the id 'acme-rule' is that of a:3, too"
        ]
    );
}

#[test]
fn a_test_that_the_rule_does_not_meet_says_why() {
    let test = |expect: &str, pass: &str| {
        let tests =
            format!("[[test]]\nname = \"t\"\nexpect = \"{expect}\"\nresource.name = \"a\"\n");
        let rules = super::rules(&format!("{}{tests}", file_of(pass)));
        rules
            .test()
            .into_iter()
            .map(|trial| trial.failure)
            .collect::<Vec<_>>()
    };
    let untested = |outcome: &str| Some(format!("the rule has no test that expects \"{outcome}\""));
    assert_eq!(test("pass", "true"), [None, untested("fail")]);
    assert_eq!(
        test("fail", "true"),
        [
            Some("expected \"fail\", the rule says \"pass\"".to_owned()),
            untested("pass")
        ]
    );
    let failures = test("not_assessed", "1 / 0 == 1");
    let said = failures[0]
        .as_deref()
        .expect("a rule that breaks is no outcome to expect");
    assert!(said.contains("a.toml:9:9: "), "{said}");
}
