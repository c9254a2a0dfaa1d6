//! The role as a file of Terraform.

use std::fmt::{self, Write as _};

use tripod_collect::{Grant, Names};

use super::{DESCRIPTION, EXTERNAL_ID, ROLE_NAME, Role, SESSION_SECONDS, TRUSTED};

/// The file.
pub(crate) fn terraform(role: &Role) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut text, role);
    text
}

fn write(text: &mut String, role: &Role) -> fmt::Result {
    let names = Names {
        partition: role
            .partition
            .unwrap_or("${data.aws_partition.current.partition}"),
        account: role
            .account
            .map_or("${data.aws_caller_identity.current.account_id}", |id| {
                id.as_str()
            }),
    };
    write_head(text, role)?;
    write_data(text, role)?;
    write_role(text)?;
    for (index, policy) in role.policies.iter().enumerate() {
        write_policy(text, index + 1, policy, names)?;
    }
    writeln!(
        text,
        "output \"role_arn\" {{\n  description = \"For --role-arn\"\n  value       = aws_iam_role.tripod.arn\n}}"
    )
}

fn write_head(text: &mut String, role: &Role) -> fmt::Result {
    text.push_str(
        "\
terraform {
  required_version = \">= 1.2\"
  required_providers {
    aws = {
      source  = \"hashicorp/aws\"
      version = \">= 4.0\"
    }
  }
}

",
    );
    variable(
        text,
        "role_name",
        "Name of the role",
        ROLE_NAME,
        Some(role.name.as_str()),
    )?;
    variable(
        text,
        "trusted_principal",
        "Who may assume the role: the id of an account, or the ARN of a user or role",
        TRUSTED,
        role.trust.map(|trusted| trusted.as_str()),
    )?;
    variable(
        text,
        "external_id",
        "What whoever assumes the role has to name; empty for nothing",
        &format!("^$|{EXTERNAL_ID}"),
        Some(role.external_id.map_or("", |id| id.as_str())),
    )
}

fn variable(
    text: &mut String,
    name: &str,
    says: &str,
    form: &str,
    default: Option<&str>,
) -> fmt::Result {
    writeln!(
        text,
        "variable \"{name}\" {{\n  type        = string\n  description = \"{says}\""
    )?;
    if let Some(value) = default {
        writeln!(text, "  default     = \"{value}\"")?;
    }
    writeln!(
        text,
        "  validation {{\n    condition     = can(regex(\"{form}\", var.{name}))\n    error_message = \"The value has to match {form}.\"\n  }}\n}}\n"
    )
}

/// Where the template is applied, as far as the resources' ARNs ask for it.
fn write_data(text: &mut String, role: &Role) -> fmt::Result {
    if role.partition.is_none() {
        writeln!(text, "data \"aws_partition\" \"current\" {{}}\n")?;
    }
    if role.account.is_none() {
        writeln!(text, "data \"aws_caller_identity\" \"current\" {{}}\n")?;
    }
    Ok(())
}

fn write_role(text: &mut String) -> fmt::Result {
    writeln!(
        text,
        "\
data \"aws_iam_policy_document\" \"trust\" {{
  statement {{
    actions = [\"sts:AssumeRole\"]
    principals {{
      type        = \"AWS\"
      identifiers = [var.trusted_principal]
    }}
    dynamic \"condition\" {{
      for_each = var.external_id == \"\" ? [] : [var.external_id]
      content {{
        test     = \"StringEquals\"
        variable = \"sts:ExternalId\"
        values   = [condition.value]
      }}
    }}
  }}
}}

resource \"aws_iam_role\" \"tripod\" {{
  name                 = var.role_name
  description          = \"{DESCRIPTION}\"
  max_session_duration = {SESSION_SECONDS}
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}}
"
    )
}

fn write_policy(text: &mut String, number: usize, policy: &[Grant], names: Names) -> fmt::Result {
    writeln!(
        text,
        "data \"aws_iam_policy_document\" \"tripod_{number}\" {{"
    )?;
    for (index, grant) in policy.iter().enumerate() {
        let gap = if index == 0 { "" } else { "\n" };
        writeln!(text, "{gap}  statement {{\n    sid = \"{}\"\n", grant.sid)?;
        list(text, "actions", &grant.actions)?;
        text.push('\n');
        list(text, "resources", &grant.resources(names))?;
        if !grant.regions.is_empty() {
            let regions: Vec<String> = grant.regions.iter().map(quoted).collect();
            writeln!(
                text,
                "\n    condition {{\n      test     = \"StringEquals\"\n      variable = \"aws:RequestedRegion\"\n      values   = [{}]\n    }}",
                regions.join(", ")
            )?;
        }
        writeln!(text, "  }}")?;
    }
    writeln!(
        text,
        "\
}}

resource \"aws_iam_policy\" \"tripod_{number}\" {{
  name        = \"${{var.role_name}}-{number}\"
  description = \"{DESCRIPTION}\"
  policy      = data.aws_iam_policy_document.tripod_{number}.json
}}

resource \"aws_iam_role_policy_attachment\" \"tripod_{number}\" {{
  role       = aws_iam_role.tripod.name
  policy_arn = aws_iam_policy.tripod_{number}.arn
}}
"
    )
}

/// An attribute of a statement that is a list: one text stays on the line.
fn list(text: &mut String, attribute: &str, texts: &[impl fmt::Display]) -> fmt::Result {
    if let [only] = texts {
        return writeln!(text, "    {attribute} = [{}]", quoted(only));
    }
    writeln!(text, "    {attribute} = [")?;
    for one in texts {
        writeln!(text, "      {},", quoted(one))?;
    }
    writeln!(text, "    ]")
}

/// A text in quotes. Names and ARN patterns hold nothing that would have to be escaped.
fn quoted(text: &impl fmt::Display) -> String {
    format!("\"{text}\"")
}
