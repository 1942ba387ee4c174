"""What people may say of themselves if they wish, several answers each.

The questions and answers are those of the census of England and Wales, 2021 (Office for
National Statistics), in plain words. Only counts of them ever leave the person's own page.
"""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """ "I come as…": for whom or what a person comes."""

    MYSELF = "myself"
    SERVICE_USER = "service_user"
    FAMILY = "family"
    STAFF = "staff"
    VOLUNTEER = "volunteer"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        return REASONS[self]


REASONS = {
    Reason.MYSELF: "Somebody who comes for themself",
    Reason.SERVICE_USER: "Somebody who uses mental health services",
    Reason.FAMILY: "Family, friend or carer of somebody",
    Reason.STAFF: "Somebody who works in health or care",
    Reason.VOLUNTEER: "A volunteer",
    Reason.PUBLIC: "Somebody who is curious",
}


class Question(StrEnum):
    AGE = "age"
    SEX = "sex"
    GENDER = "gender"
    ETHNIC_GROUP = "ethnic_group"
    RELIGION = "religion"
    ORIENTATION = "orientation"
    DISABILITY = "disability"
    CARING = "caring"

    @property
    def label(self) -> str:
        return QUESTIONS[self]


QUESTIONS = {
    Question.AGE: "How old are you?",
    Question.SEX: "What is your sex?",
    Question.GENDER: "Is the gender you identify with the same as your sex registered at birth?",
    Question.ETHNIC_GROUP: "What is your ethnic group?",
    Question.RELIGION: "What is your religion?",
    Question.ORIENTATION: "Which of these describes your sexual orientation?",
    Question.DISABILITY: (
        "Do you have a physical or mental health condition that has lasted, or is expected to "
        "last, 12 months or more?"
    ),
    Question.CARING: "Do you look after, or give help or support to, anyone?",
}
ANSWERS: Mapping[Question, Mapping[str, str]] = {
    Question.AGE: {
        "18-24": "18 to 24",
        "25-34": "25 to 34",
        "35-44": "35 to 44",
        "45-54": "45 to 54",
        "55-64": "55 to 64",
        "65-74": "65 to 74",
        "75+": "75 or over",
    },
    Question.SEX: {"female": "Female", "male": "Male"},
    Question.GENDER: {
        "same": "Yes",
        "trans_man": "No: trans man",
        "trans_woman": "No: trans woman",
        "non_binary": "No: non-binary",
        "other": "No: another way",
    },
    Question.ETHNIC_GROUP: {
        "asian_indian": "Asian or Asian British: Indian",
        "asian_pakistani": "Asian or Asian British: Pakistani",
        "asian_bangladeshi": "Asian or Asian British: Bangladeshi",
        "asian_chinese": "Asian or Asian British: Chinese",
        "asian_other": "Asian or Asian British: any other Asian background",
        "black_caribbean": "Black, Black British, Caribbean or African: Caribbean",
        "black_african": "Black, Black British, Caribbean or African: African background",
        "black_other": "Black, Black British, Caribbean or African: any other background",
        "mixed_caribbean": "Mixed or multiple: White and Black Caribbean",
        "mixed_african": "Mixed or multiple: White and Black African",
        "mixed_asian": "Mixed or multiple: White and Asian",
        "mixed_other": "Mixed or multiple: any other mixed background",
        "white_british": "White: English, Welsh, Scottish, Northern Irish or British",
        "white_irish": "White: Irish",
        "white_traveller": "White: Gypsy or Irish Traveller",
        "white_roma": "White: Roma",
        "white_other": "White: any other White background",
        "arab": "Arab",
        "other": "Any other ethnic group",
    },
    Question.RELIGION: {
        "none": "No religion",
        "christian": "Christian, all denominations",
        "buddhist": "Buddhist",
        "hindu": "Hindu",
        "jewish": "Jewish",
        "muslim": "Muslim",
        "sikh": "Sikh",
        "other": "Any other religion",
    },
    Question.ORIENTATION: {
        "straight": "Straight or heterosexual",
        "gay": "Gay or lesbian",
        "bisexual": "Bisexual",
        "other": "Other sexual orientation",
    },
    Question.DISABILITY: {
        "a_lot": "Yes, and it limits my daily life a lot",
        "a_little": "Yes, and it limits my daily life a little",
        "not_limiting": "Yes, but it does not limit my daily life",
        "none": "No",
    },
    Question.CARING: {
        "none": "No",
        "up_to_19": "Yes, up to 19 hours a week",
        "20_to_49": "Yes, 20 to 49 hours a week",
        "50_and_more": "Yes, 50 or more hours a week",
    },
}
