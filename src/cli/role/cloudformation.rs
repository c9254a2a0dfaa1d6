//! The role as a template of AWS CloudFormation, in YAML.
//!
//! Written by hand: its texts are names and ARN patterns, of which only those that hold a `*`, a `$` or
//! a digit in front need quotes.

use std::fmt::{self, Write as _};

use tripod_collect::{Grant, Names};

use super::{DESCRIPTION, EXTERNAL_ID, ROLE_NAME, Role, SESSION_SECONDS, TRUSTED};

/// The template.
pub(crate) fn cloudformation(role: &Role) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut text, role);
    text
}

fn write(text: &mut String, role: &Role) -> fmt::Result {
    let names = Names {
        partition: role.partition.unwrap_or("${AWS::Partition}"),
        account: role.account.map_or("${AWS::AccountId}", |id| id.as_str()),
    };
    write_head(text, role)?;
    write_role(text)?;
    for (index, policy) in role.policies.iter().enumerate() {
        write_policy(text, index + 1, policy, names)?;
    }
    text.push_str(
        "Outputs:\n  RoleArn:\n    Description: For --role-arn\n    Value: !GetAtt Role.Arn\n",
    );
    Ok(())
}

fn write_head(text: &mut String, role: &Role) -> fmt::Result {
    writeln!(
        text,
        "# aws cloudformation deploy --stack-name tripod --template-file THIS-FILE \\\n\
         #   --capabilities CAPABILITY_NAMED_IAM --parameter-overrides TrustedPrincipal=ARN-OR-ACCOUNT\n\
         AWSTemplateFormatVersion: \"2010-09-09\"\n\
         Description: {DESCRIPTION}\n\
         Parameters:"
    )?;
    let parameter =
        |text: &mut String, name: &str, says: &str, form: &str, default: Option<&str>| {
            writeln!(
                text,
                "  {name}:\n    Type: String\n    Description: {says}\n    AllowedPattern: '{form}'"
            )?;
            match default {
                Some(value) => writeln!(text, "    Default: \"{value}\""),
                None => Ok(()),
            }
        };
    parameter(
        text,
        "RoleName",
        "Name of the role",
        ROLE_NAME,
        Some(role.name.as_str()),
    )?;
    parameter(
        text,
        "TrustedPrincipal",
        "Who may assume the role - the id of an account, or the ARN of a user or role",
        TRUSTED,
        role.trust.map(|trusted| trusted.as_str()),
    )?;
    parameter(
        text,
        "ExternalId",
        "What whoever assumes the role has to name; empty for nothing",
        &format!("^$|{EXTERNAL_ID}"),
        Some(role.external_id.map_or("", |id| id.as_str())),
    )
}

fn write_role(text: &mut String) -> fmt::Result {
    writeln!(
        text,
        "\
Conditions:
  HasExternalId: !Not [!Equals [!Ref ExternalId, \"\"]]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Description: {DESCRIPTION}
      MaxSessionDuration: {SESSION_SECONDS}
      AssumeRolePolicyDocument:
        Version: \"2012-10-17\"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref TrustedPrincipal
            Action: sts:AssumeRole
            Condition: !If
              - HasExternalId
              - StringEquals:
                  sts:ExternalId: !Ref ExternalId
              - !Ref AWS::NoValue"
    )
}

fn write_policy(text: &mut String, number: usize, policy: &[Grant], names: Names) -> fmt::Result {
    writeln!(
        text,
        "  Policy{number}:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Description: {DESCRIPTION}
      Roles:
        - !Ref Role
      PolicyDocument:
        Version: \"2012-10-17\"
        Statement:"
    )?;
    for grant in policy {
        writeln!(
            text,
            "          - Sid: {}\n            Effect: Allow\n            Action:",
            grant.sid
        )?;
        for action in &grant.actions {
            writeln!(text, "              - {action}")?;
        }
        writeln!(text, "            Resource:")?;
        for resource in grant.resources(names) {
            let sub = if resource.contains("${") { "!Sub " } else { "" };
            writeln!(text, "              - {sub}\"{resource}\"")?;
        }
        if !grant.regions.is_empty() {
            writeln!(
                text,
                "            Condition:\n              StringEquals:\n                aws:RequestedRegion:"
            )?;
        }
        for region in &grant.regions {
            writeln!(text, "                  - {region}")?;
        }
    }
    Ok(())
}
