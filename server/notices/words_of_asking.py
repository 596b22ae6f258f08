"""What is told of requests for information and cooperation, and of incidents.

Owns these words; `words.py` holds them beside all others. None has a place for a title or a name.
"""

from server.access.matters import Task, Topic
from server.notices.phrases import Said, Wait

TOPICS_OF_ASKING = {
    Topic.INFORMATION_ASKED: Said("情報の求め", "Your member is asked for information"),
    Topic.INFORMATION_ANSWERED: Said(
        "情報の求めへの回答", "Your request for information was answered"
    ),
    Topic.COOPERATION_ASKED: Said("協力の求め（法62条6項）", "The council asks for cooperation"),
    Topic.COOPERATION_DUE: Said("協力の求めの期限", "A request for cooperation is due soon"),
    Topic.COOPERATION_REPLIED: Said("協力の求めへの回答", "A reply to a request for cooperation"),
    Topic.INCIDENT_OPENED: Said(
        "情報管理上の事案（直ちに確認してください）", "An incident was opened: look at it now"
    ),
    Topic.INCIDENT_CLOSED: Said("情報管理上の事案の終了", "An incident was closed"),
}

TASKS_OF_ASKING = {
    Task.ANSWER_INFORMATION_REQUEST: Wait(
        Said(
            "情報の求めに、提供、追加または理由で答える",
            "Answer a request for information: provide, add, or say why not",
        ),
        Said(
            "期限はありません。求めた人は、答えを待ち続けます。",
            "There is no deadline. Who asked goes on waiting.",
        ),
        "kyogikai request show {id}",
    ),
    Task.REPLY_TO_COOPERATION: Wait(
        Said("協力の求めに回答する、または理由を付して断る", "Reply to the council, or decline"),
        Said(
            "応じるよう努めるものとされています（法62条6項）。応じなくても不利益はありません。",
            "Those asked shall endeavour to comply (ACT 62(6)). Nothing follows if you do not.",
        ),
        "kyogikai cooperation show {id}",
    ),
    Task.DEAL_WITH_INCIDENT: Wait(
        Said("情報管理上の事案に対応し、終える", "Deal with an incident, and close it"),
        Said(
            "終えるまで、報告された資料は誰にも提供されません。",
            "Until then, a document that was reported is served to nobody.",
        ),
        "kyogikai incident show {id}",
    ),
}
