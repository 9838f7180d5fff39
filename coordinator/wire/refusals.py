"""What the rules refuse, as sentences: what is wrong and what to do, for the duty officer who reads it.

Grouped by the HTTP status they travel with. Facts stand in braces, `{to:facility}` being the word for a code.
"""

from __future__ import annotations

from typing import Final

from coordinator.domain.text import Text

NOT_YOURS: Final = {
    "not_your_part": Text(
        "{area} 不在您负责的 {part} 之内，请由该区域或其上级办理",
        "{area} is not within your part {part}: ask that area or the one above it",
    ),
    "not_your_role": Text(
        "您的身份（{role:role}）不能执行 {action}，请由有权限的人办理",
        "Your role ({role:role}) may not do {action}: ask someone whose role may",
    ),
    "no_authority": Text(
        "{level:level}须由{authority:area_level}或以上机构下令，请报请上级",
        "{level:level} is ordered by an office of the {authority:area_level} or higher: ask it to",
    ),
    "not_the_issuer": Text(
        "响应 {operation} 由 {issuer} 发令，一口指挥；请报请该机构，或由上级先接管",
        "Operation {operation} takes its orders from {issuer} alone: ask that office, or a higher one takes over first",
    ),
    "not_higher_office": Text(
        "只有 {issuer} 的上级机构才能接管指挥",
        "Only an office above {issuer} can take over command",
    ),
    "self_approval": Text(
        "{person} 不能批准或确认自己的操作，请另一人办理",
        "{person} cannot approve or confirm their own order: another person has to",
    ),
    "phone_not_yours": Text(
        "{person} 的电话只给其队长和所在区域的值班人员，请由他们联系",
        "The phone of {person} is for their team leader and the duty officers of their area: ask one of them",
    ),
    "own_help": Text(
        "自己的求助要由别人来接，请等社区、街道或队伍",
        "Your own call for help is taken by somebody else: wait for a desk or a team",
    ),
    "role_not_granted": Text(
        "{role:role}身份不授予人员，请另选身份",
        "The role {role:role} is not given to persons: choose another",
    ),
}

NOT_THERE: Final = {
    "unknown_person": Text(
        "您负责的范围内没有 {person}，请核对编号",
        "There is no {person} within your part: check the id",
    ),
    "no_phone": Text(
        "花名册没有 {person} 的电话，请补录后再试",
        "The roster has no phone of {person}: have it entered",
    ),
    "person_erased": Text(
        "{person} 的姓名和电话已删除，不能再查",
        "Name and phone of {person} were erased: nobody can read them any more",
    ),
    "not_in_log": Text(
        "{scope} 的记录里没有第 {position} 条，请从最新一条看起",
        "The log of {scope} has no entry {position}: begin with the newest",
    ),
    "unknown_kind": Text(
        "没有“{kind}”这一类记录，请在列表中选", "There is no kind of entry {kind}: choose one of the list"
    ),
    "no_office": Text(
        "{area} 没有值班机构，不排班；请排到社区、街道或以上",
        "{area} has no office to be on duty for: plan for its community, street or above",
    ),
    "unknown_ref": Text(
        "没有引用 {ref} 的内容，请刷新看板", "Nothing is kept under {ref}: look at the board again"
    ),
    "unknown_area": Text(
        "没有代码为 {area} 的区域，请核对代码", "No area has the code {area}: check the code"
    ),
    "unknown_operation": Text(
        "没有进行中的响应 {operation}，请在看板上核对编号",
        "No running operation is called {operation}: check it on the board",
    ),
    "unknown_playbook": Text(
        "没有这份预案，请先发布，再用它的摘要",
        "There is no such playbook: publish it first, then name its digest",
    ),
    "unknown_post": Text(
        "本区域没有岗位 {post}，请刷新看板", "This area has no post {post}: look at the board again"
    ),
    "unknown_responder": Text(
        "名册里没有 {responder}，请核对编号", "The register has no {responder}: check the number"
    ),
    "unknown_call_out": Text(
        "本区域没有征召 {call_out}，请刷新看板",
        "This area has no call-out {call_out}: look at the board again",
    ),
    "unknown_call": Text(
        "没有叫应 {call}，请刷新看板", "There is no confirmed call {call}: look at the board again"
    ),
    "unknown_order": Text(
        "本区域没有指令 {order}，请刷新看板", "This area has no order {order}: look at the board again"
    ),
    "unknown_task": Text(
        "本区域没有任务 {task}，请刷新看板", "This area has no task {task}: look at the board again"
    ),
    "unknown_routine": Text(
        "本区域没有日常工作 {routine}，请核对编号", "This area has no routine work {routine}: check its id"
    ),
    "unknown_facility": Text(
        "没有登记阵地 {facility}，请核对编号", "No facility {facility} is registered: check its id"
    ),
    "unknown_team": Text("本区域没有队伍 {team}，请核对编号", "This area has no team {team}: check its id"),
    "unknown_hazard": Text(
        "本区域没有险情点 {hazard}，新险情请不填编号",
        "This area has no hazard point {hazard}: leave the id out to report a new one",
    ),
    "unknown_help": Text(
        "没有这条求助 {help}，可能已经了结，请刷新看板",
        "There is no call for help {help}, it may be closed: look at the board again",
    ),
    "unknown_grant": Text("没有授权 {grant}，请核对编号", "There is no grant {grant}: check its id"),
    "unknown_inject": Text(
        "脚本里没有情况 {inject}，请核对名称",
        "The script has no inject {inject}: check its key",
    ),
    "no_such_change": Text(
        "待批事项 {change} 不存在或已过期，请由发起人重新提出",
        "Change {change} does not exist or has expired: the first person asks anew",
    ),
}

DOES_NOT_FIT: Final = {
    "operation_runs": Text(
        "响应 {operation} 还没有结束，不能销毁其个人数据；先全部恢复平时",
        "Operation {operation} is not over, its personal data cannot be destroyed: bring every place back to normal",
    ),
    "erased": Text(
        "响应 {operation} 的个人数据已销毁，不能再读写",
        "The personal data of {operation} is destroyed: it cannot be read or added to",
    ),
    "phone_in_normal_times": Text(
        "平时不提供 {person} 的完整电话；所在地转入应急后方可查看，平时请找值班人员",
        "In normal times the phone of {person} is not given out: call the duty officer, or wait for the switch",
    ),
    "area_is_normal": Text(
        "{area} 处于平时状态，不需要到岗", "{area} is in normal times: nobody has to come"
    ),
    "not_switched": Text(
        "{area} 不在响应 {operation} 之中，请核对区域和响应",
        "{area} is not part of operation {operation}: check the area and the operation",
    ),
    "no_such_transition": Text(
        "{mode:mode}状态下不能{switch:switch}，请先核对现状",
        "{switch:switch} is not possible while {mode:mode}: check how things stand",
    ),
    "nobody_free": Text(
        "所选人员都已在岗、已问过或不能征召，请另选人或向上级求援",
        "Everyone chosen is bound, asked before or not to be called: choose others or ask the level above",
    ),
    "on_another_post": Text(
        "此人已在另一岗位，请先换下再签到（{call_out}）",
        "This person stands on another post: relieve them there first ({call_out})",
    ),
    "not_assigned_here": Text(
        "征召 {call_out} 现为“{progress:progress}”，不能签到；请由社区重新征召",
        "Call-out {call_out} is “{progress:progress}” and cannot check in: the community calls them anew",
    ),
    "wrong_progress": Text(
        "征召 {call_out} 现为“{progress:progress}”，不能改为“{to:progress}”",
        "Call-out {call_out} is “{progress:progress}” and cannot become “{to:progress}”",
    ),
    "wrong_facility_step": Text(
        "阵地 {facility} 现为“{state:facility}”，不能改为“{to:facility}”，请按步骤上报",
        "Facility {facility} is “{state:facility}” and cannot become “{to:facility}”: report the steps in order",
    ),
    "facility_unusable": Text(
        "阵地 {facility} 不可用，请另选一处", "Facility {facility} is unusable: choose another"
    ),
    "wrong_team_step": Text(
        "队伍 {team} 现为“{readiness:team}”，不能改为“{to:team}”",
        "Team {team} is “{readiness:team}” and cannot become “{to:team}”",
    ),
    "routine_suspended": Text(
        "日常工作 {routine} 已因应急暂停，恢复后再办",
        "Routine work {routine} is suspended for the emergency: do it when it resumes",
    ),
    "task_closed": Text(
        "任务 {task} 已是“{state:task}”，不用再办",
        "Task {task} is “{state:task}” already: nothing is left to do",
    ),
    "task_not_done": Text(
        "任务 {task} 还是“{state:task}”，办结后才能退回",
        "Task {task} is “{state:task}”: only what is done can be sent back",
    ),
    "not_above": Text(
        "任务 {task} 已在 {area}，上面没有可以上报的机构",
        "Task {task} is with {area} already: there is no such desk above it",
    ),
    "must_be_done": Text(
        "任务 {task} 是恢复清单必办项，不能取消，请办结",
        "Task {task} has to be done before normal times: it cannot be cancelled",
    ),
    "depends_on": Text(
        "任务 {task} 要等 {depends} 办结，请先办前一项",
        "Task {task} waits for {depends}: finish that one first",
    ),
    "evidence_short": Text(
        "任务 {task} 只完成 {done}，至少要 {least}（共 {total}），补足后再办结",
        "Task {task} has {done} done and needs at least {least} of {total}: go on, then close it",
    ),
    "evidence_missing": Text(
        "任务 {task} 办结须有{asked:evidence}，请补上", "Task {task} is closed with {asked:evidence}: add it"
    ),
    "help_not_yours": Text(
        "求助 {help} 只能由求助人、接手人或社区以上了结",
        "The call for help {help} is closed by who asked, who took it, or a desk",
    ),
    "help_taken": Text(
        "求助 {help} 已由 {by} 接下，不用再派",
        "{by} has taken the call for help {help}: nobody else has to go",
    ),
    "tally_not_asked": Text(
        "{area} 没有要求统计 {tally}，请核对统计项",
        "The count {tally} is not asked of {area}: check which are",
    ),
    "no_report_due": Text(
        "{area} 在响应 {operation} 中不用报情况",
        "No situation report is asked of {area} in operation {operation}",
    ),
    "condition_open": Text(
        "降级或终止前须逐项确认：{text}（{conditions}）；符合就勾选，不符合请写明理由代码",
        "Before lowering or ending, tick each condition or override it with a coded reason: {text_en} ({conditions})",
    ),
    "condition_contradicted": Text(
        "{area} 的现状与条件 {condition} 不符（{found}），请先处理，或以理由代码越过",
        "What is known of {area} contradicts condition {condition} ({found_en}): mend it, or override it with a reason",
    ),
    "glass_not_needed": Text(
        "{level:level}不需要第二人，请不填已电话报告的人",
        "{level:level} needs no second person: leave out whom you phoned",
    ),
    "order_changed": Text(
        "待批事项 {change} 与您看到的不一致，请重新查看后再批",
        "Change {change} is not the order you were shown: look at it again, then approve",
    ),
    "retyped_differs": Text(
        "您重打的区域和级别与待批事项 {change} 不符，请核对后重打",
        "The areas and levels you retyped are not those of change {change}: check and retype them",
    ),
    "not_higher": Text(
        "{area} 已是{level:level}，升级须高于现级别",
        "{area} is at {level:level} already: raise it to a higher one",
    ),
    "already_running": Text(
        "{area} 已在响应 {operation} 中，为{level:level}，不必再启动；要加强请将该响应升级，或只选其余区域",
        "{area} is in operation {operation} at {level:level} already: raise that one, or choose the other areas only",
    ),
    "not_lower": Text(
        "{area} 现为{level:level}，只能降到更低的级别",
        "{area} is at {level:level}: it can only go lower than that",
    ),
    "not_longer": Text(
        "已定到 {until}，延长须晚于这个时间", "It is expected to last until {until}: extend it beyond that"
    ),
    "other_world": Text(
        "这里不是 {world}，真实、演示、演练不能互相发令",
        "This is not {world}: real, demo and drill never give each other orders",
    ),
    "not_broken": Text(
        "{scope} 的记录校验无误，不用重新启用",
        "The log of {scope} fits its check: there is nothing to reopen",
    ),
    "not_a_drill": Text(
        "{world} 不是演练，导调指令在这里无效",
        "{world} is no drill: nothing of exercise control holds here",
    ),
    "only_outside_drills": Text(
        "{world} 是演练：台账和整改只记在真实环境里",
        "{world} is a drill: what was practised is put on record in the real world alone",
    ),
    "no_drill_in_drill": Text(
        "{world} 本身就是演练：演练只能从真实环境发邀请",
        "{world} is a drill itself: invitations to a drill go out from the real world alone",
    ),
    "not_held_yet": Text(
        "{held} 还没有到，演完再登记", "{held} is still to come: record it once it was held"
    ),
    "not_kept_there": Text(
        "{ref} 没有存在演练 {practice}、{area} 名下，请先存内容再立项",
        "{ref} is not kept under the drill {practice} in {area}: keep the words there first",
    ),
    "due_in_past": Text("期限 {due} 已过，请另定", "The date {due} is past: choose another"),
    "unknown_corrective": Text(
        "这里没有整改 {corrective}", "There is no corrective action {corrective} here"
    ),
    "not_done_yet": Text(
        "整改 {corrective} 还没有报完成", "Corrective action {corrective} is not said to be done yet"
    ),
    "same_office": Text(
        "{office} 自己做的，要由别的单位验证（最上级由另一人验证）",
        "{office} has done it itself: another office verifies it, at the top of the tree another person",
    ),
    "unknown_item": Text(
        "演练里没有检查项“{item}”，现有：{known}",
        "This drill has no item “{item}”; there are: {known}",
    ),
    "bad_tick": Text(
        "检查项“{item}”不能填 {value}，只能填：{takes}",
        "The item “{item}” takes no {value}; it takes: {takes}",
    ),
    "drill_at_root": Text(
        "演练的指令只在 {root} 下达，其他区域自动跟随",
        "A drill is commanded at {root} alone: the other areas follow by themselves",
    ),
    "drill_phase": Text(
        "演练现为“{phase:phase}”，不能转为“{to:phase}”；请先核对演练状态",
        "The drill is “{phase:phase}” and cannot become “{to:phase}”: look at how it stands",
    ),
    "drill_too_long": Text(
        "延长合计 {minutes} 分钟，最多 {most} 分钟；没有延长",
        "That would be {minutes} minutes more in all, {most} at most: nothing was added",
    ),
    "wrong_stop_word": Text(
        "中止口令不对，没有中止；口令是“{word}”，请重打",
        "That is not the stop word and nothing was stopped: it is “{word}”, type it again",
    ),
    "in_step": Text(
        "锁步演练的时钟等模拟队伍，没有倍速",
        "The clock of a drill in lock-step waits for its teams and has no speed",
    ),
    "drill_stuck": Text(
        "演练卡在同一时刻：{why}；请看协调进程日志，必要时中止",
        "The drill is stuck at one instant: {why}. See the coordinator's log, abort it if need be",
    ),
    "clock_runs": Text(
        "演练时钟自己在走，不能拨动；要快慢请改倍速",
        "The drill's clock runs by itself and is not moved by hand: change its speed instead",
    ),
    "still_owed": Text(
        "{duty} 到 {due} 还没有办，时钟不能越过；请先让它办完",
        "{duty} is owed at {due}, the clock does not jump over it: let it be done first",
    ),
    "key_expired": Text(
        "这条命令生成于 {made}，已超过一天，没有执行；仍需要就重新发出",
        "This command was made at {made}, over a day ago, and was not carried out: issue it anew if it is still wanted",
    ),
    "key_ahead": Text(
        "设备时钟快了（命令 {made}，现在 {now}），请校准时间后重发",
        "The device's clock is ahead (command {made}, now {now}): set it right and issue the command anew",
    ),
}

NOT_RIGHT: Final = {
    "bad_shift": Text(
        "{person} 的班次起止不对：结束须晚于开始，一班不超过 {hours} 小时",
        "The shift of {person} is not right: it ends after it begins and lasts {hours} hours at most",
    ),
    "shift_outside": Text(
        "{person} 于 {at} 开始的班次不在所排的时段之内，请改时段或班次",
        "The shift of {person} at {at} is outside of what is planned: change the stretch or the shift",
    ),
    "shifts_overlap": Text(
        "{person} 在 {at} 已有班次，一人不能同时值两班；请改其中一班",
        "{person} has a shift already at {at}: nobody is on two at once, change one of them",
    ),
    "playbook_wrong": Text(
        "预案有 {number} 处问题，第一处：{finding}；用 pingji playbook lint 看全部",
        "The playbook has {number} faults, the first: {finding_en}; see all with `pingji playbook lint`",
    ),
    "bad_text": Text(
        "文字长 {bytes} 字节，应在 1 到 {most} 之间",
        "The text has {bytes} bytes: between 1 and {most} are taken",
    ),
    "bad_picture": Text(
        "照片须是 JPEG、PNG 或 WebP，不超过 {most} 字节（这张 {bytes} 字节），请压缩后再传",
        "A photo has to be JPEG, PNG or WebP of at most {most} bytes (this has {bytes}): "
        "make it smaller and send it again",
    ),
    "unknown_decline_code": Text(
        "不能来的原因 {said} 不在可选范围，请选：{codes}",
        "{said} is not a code for not coming; choose of: {codes}",
    ),
    "not_seen_safe": Text(
        "换下前须亲眼确认人员安全，请确认后再报",
        "Nobody is relieved unseen: see that they are safe, then report it",
    ),
    "unknown_answer": Text(
        "应答方式 {how} 不对，请选 phone、superior 或 knock",
        "{how} is no way of answering: phone, superior or knock",
    ),
    "unknown_condition": Text(
        "没有条件 {condition}，本次要确认的是：{known}",
        "There is no condition {condition}; those asked for: {known}",
    ),
    "target_outside": Text(
        "{area} 不在 {of} 之内，请改区域", "{area} is not within {of}: name areas within it"
    ),
    "nothing_to_switch": Text(
        "{area} 之内没有可转换的社区或街道，请改为其上级区域",
        "There is no community or street in {area} to switch: name the area above it",
    ),
    "no_duration": Text(
        "请填预计时长，到时会提醒，不会自动终止",
        "Give the expected duration: when it is over there is an alarm, never an automatic end",
    ),
    "starts_in_past": Text(
        "开始时间 {effective_at} 已过，请填现在或以后",
        "The start {effective_at} has passed: give now or later",
    ),
    "live_clock": Text(
        "真实环境的时钟不能调快调慢，请用演练",
        "The real world's clock runs at its own rate: use a drill instead",
    ),
    "bad_key": Text(
        "命令编号 {key} 不对，须是 UUID 第 7 版",
        "{key} is not a command's key: it has to be a UUID of version 7",
    ),
}

REFUSALS: Final = {403: NOT_YOURS, 404: NOT_THERE, 409: DOES_NOT_FIT, 422: NOT_RIGHT}
"""HTTP status -> code -> sentence."""
