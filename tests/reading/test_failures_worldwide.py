"""Failures in many languages and shapes; and answers that only look like them."""

from __future__ import annotations

import json

import pytest

from tests.reading.wire import DONE, body, chunk, frame, stream, told

CDN = "https://cdn.example.com"
MP4 = f"{CDN}/v/clip.mp4"


def J(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


FAILURES = {
    "ja moderation": (stream("⚠️ 申し訳ありませんが、プロンプトがコンテンツポリシーに違反しているため、動画を生成できませんでした。"), {"kind": "moderation_prompt"}),
    "ja quota": (stream("❌ 残高が不足しています。チャージしてください。"), {"kind": "quota"}),
    "ja model": (body({"error":{"message":"指定されたモデルは存在しません"}}), {"kind": "model","finish": "error"}),
    "ko quota": (stream("❌ 크레딧이 부족합니다. 충전 후 다시 시도해 주세요."), {"kind": "quota"}),
    "ko mod": (stream("> 생성 진행률 90%\n> ❌ 생성된 영상이 콘텐츠 정책을 위반하여 차단되었습니다.\n"), {"kind": "moderation_output","progress": [90]}),
    "ko input": (stream("❌ 생성 실패: 업로드한 이미지에 실존 인물이 포함되어 있습니다"), {"kind": "moderation_input_image"}),
    "ru quota": (body({"error":{"message":"Недостаточно средств на балансе"}}), {"kind": "quota"}),
    "ru model": (body({"error":{"message":"Модель sora-2 не найдена"}}), {"kind": "model"}),
    "ru mod": (stream("❌ Ошибка: запрос отклонён модерацией"), {"kind": "moderation_prompt"}),
    "ru key": (body({"error":{"message":"Неверный API-ключ"}}), {"kind": "auth"}),
    "es quota": (stream("❌ Error: saldo insuficiente, recarga tu cuenta."), {"kind": "quota"}),
    "es model": (body({"error":{"message":"El modelo sora-2 no existe"}}), {"kind": "model"}),
    "es mod": (stream("Lo siento, no se pudo generar el vídeo porque el contenido infringe nuestras políticas."), {"kind": "moderation_prompt"}),
    "fr quota": (body({"error":{"message":"Crédit insuffisant pour cette requête"}}), {"kind": "quota"}),
    "fr mod": (stream("❌ Désolé, la vidéo n'a pas pu être générée : contenu interdit par notre politique d'utilisation."), {"kind": "moderation_prompt"}),
    "de quota": (body({"error":{"message":"Ihr Guthaben reicht nicht aus."}}), {"kind": "quota"}),
    "de model": (body({"error":{"message":"Das Modell „veo3“ ist nicht verfügbar."}}), {"kind": "model"}),
    "de rate": (body({"error":{"message":"Zu viele Anfragen, bitte später erneut versuchen."}}), {"kind": "rate_limit"}),
    "pt quota": (body({"error":{"message":"Saldo insuficiente"}}), {"kind": "quota"}),
    "pt timeout": (stream("❌ A geração do vídeo excedeu o tempo limite"), {"kind": "timeout"}),
    "it mod": (stream("❌ Errore: il prompt viola le norme sui contenuti"), {"kind": "moderation_prompt"}),
    "vi quota": (stream("❌ Số dư không đủ, vui lòng nạp thêm"), {"kind": "quota"}),
    "vi fail": (stream("Tiến độ: 10%\nTiến độ: 60%\n❌ Tạo video thất bại"), {"kind": "upstream","progress": [10,60]}),
    "zh-TW quota": (stream("❌ 餘額不足，請先儲值"), {"kind": "quota"}),
    "zh-TW mod": (stream("❌ 影片生成失敗：提示詞包含敏感內容"), {"kind": "moderation_prompt"}),
    "zh-TW busy": (stream("系統繁忙，請稍後再試"), {"kind": "upstream"}),
    "zh 账户余额": (stream("您的账户余额不足，请充值后再试。"), {"kind": "quota"}),
    "zh 次数": (stream("今日免费次数已用完，请明天再来或升级会员"), {"kind": "quota"}),
    "zh 并发": (stream("❌ 当前并发任务数已达上限(3)，请等待其他任务完成"), {"kind": "rate_limit"}),
    "zh 模型下架": (stream("模型 sora-2 已下架，请使用 veo3.1"), {"kind": "model"}),
    "zh 肖像": (stream("> 进度 98%\n> ⚠️ 视频内容审核不通过：涉及名人肖像\n"), {"kind": "moderation_output","progress": [98]}),
    "zh 图尺寸": (stream("❌ 生成失败：上传图片尺寸过大，请压缩到10MB以内"), {"kind": "bad_request"}),
    "zh 时长": (stream("❌ 参数错误：不支持的视频时长 30s"), {"kind": "bad_request"}),
    "zh 账号封禁": (stream("❌ 账号已被封禁"), {"kind": "auth"}),
    "zh 超时 retry": (stream("> 进度 60%\n> ⏰ 任务超时（15分钟），已自动取消，积分已退还\n"), {"kind": "timeout","progress": [60]}),
    "en oops": (stream("Oops! Something went wrong while generating your video. Please try again."), {"kind": "upstream"}),
    "en status": (stream("Task failed. Reason: SERVER_ERROR"), {"kind": "upstream"}),
    "en quote fail": (stream("> **Status:** failed\n> **Reason:** input image contains a public figure\n"), {"kind": "moderation_input_image"}),
    "zh kv fail": (stream("任务ID：abc\n状态：失败\n原因：提示词违规\n"), {"kind": "moderation_prompt"}),
    "html fail": (stream('<div class="error">❌ 生成失败：余额不足</div>'), {"kind": "quota"}),
    "bold fail": (stream("**❌ 视频生成失败**\n\n**原因：** 内容违规"), {"kind": "moderation_prompt"}),
    "fenced err": (stream("```json\n"+J({"error":{"message":"insufficient balance","code":"402"}})+"\n```"), {"kind": "quota"}),
    "err prefix json": (stream('Error: '+J({"error":{"message":"This model is not available in your region","type":"invalid_request_error"}})), {"kind": "model"}),
    "content json code": (stream(J({"code":500,"msg":"系统繁忙","data":None})), {"kind": "upstream"}),
    "content json fail list": (stream(J({"task_id":"1","task_status":"failed","task_status_msg":"Failure to pass the risk control system"})), {"kind": "moderation_prompt"}),
    "content json status fail": (stream(J({"status":"failed","error":"content_policy_violation"})), {"kind": "moderation_prompt"}),
    "req status 500 in content": (stream("请求失败，状态码：500，错误信息：do request failed"), {"kind": "upstream"}),
    "401 in content": (stream("API请求失败: 401 Unauthorized"), {"kind": "auth"}),
    "code 1001": (body({"code":1001,"message":"token无效","success":False}), {"kind": "auth","finish": "error"}),
    "code str": (body({"code":"InvalidParameter","message":"size must be 16:9","request_id":"r"}), {"kind": "bad_request","finish": "error"}),
    "code str fail": (body({"code":"fail_to_fetch_task","message":"boom","data":None}), {"kind": "upstream","finish": "error"}),
    "ret": (body({"ret":-1,"errmsg":"no permission to use model","data":{}}), {"kind": "model","finish": "error"}),
    "errno": (body({"errno":110,"errmsg":"Access token invalid or no longer valid"}), {"kind": "auth","finish": "error"}),
    "error_code baidu": (body({"error_code":17,"error_msg":"Open api daily request limit reached"}), {"kind": "rate_limit","finish": "error"}),
    "Response.Error tencent": (body({"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"The provided credentials could not be validated"},"RequestId":"x"}}), {"kind": "auth","finish": "error"}),
    "header 10163": (body({"header":{"code":10163,"message":"parameter error","sid":"x"}}), {"kind": "bad_request","finish": "error"}),
    "result fail": (body({"success":False,"result":None,"errors":[{"code":1000,"message":"quota exceeded"}]}), {"kind": "quota","finish": "error"}),
    "status str error": (body({"status":"error","reason":"model not found"}), {"kind": "model","finish": "error"}),
    "error list": (body({"error":["bad size"]}), {"kind": "upstream","finish": "error"}),
    "error number": (body({"error":503,"message":"maintenance"}), {"kind": "upstream","finish": "error"}),
    "error true": (body({"error":True,"message":"rate limit exceeded"}), {"kind": "rate_limit","finish": "error"}),
    "error nested json str": (body({"error":{"message":J({"error":{"message":"余额不足","code":"x"}}),"type":"upstream_error"}}), {"kind": "quota","finish": "error"}),
    "error str json": (body({"error":J({"code":"content_policy_violation","message":"blocked"})}), {"kind": "moderation_prompt","finish": "error"}),
    "choices empty err": (body({"choices":[],"error":{"message":"quota exhausted"}}), {"kind": "quota","finish": "error"}),
    "choices null code": (body({"choices":None,"code":429,"message":"慢一点"}), {"kind": "rate_limit","finish": "error"}),
    "quoted str body": (b'"\xe4\xbd\x99\xe9\xa2\x9d\xe4\xb8\x8d\xe8\xb6\xb3"', {"kind": "quota"}),
    "words": ("请求过于频繁，请稍后再试".encode(), {"kind": "rate_limit","finish": "error"}),
    "login page": ("<!doctype html><html lang=zh><head><meta charset=utf-8><title>登录 - New API</title></head><body>...</body></html>".encode(), {"kind": "bad_response","finish": "error"}),
    "code0 null": (body({"code":0,"msg":"success","data":None}), {"kind": "bad_response","finish": "error"}),
    "err after pct": (stream("> 进度 45%\n", {"error":{"message":"上游返回错误：insufficient quota"}},finish=None), {"kind": "quota","progress": [45],"finish": "error"}),
    "err str in stream": (b'data: {"error":"Model overloaded"}\n\n', {"kind": "upstream","finish": "error"}),
    "err code msg chunk": (frame({"code":429,"msg":"too many requests"}).encode(), {"kind": "rate_limit","finish": "error"}),
    "err success false chunk": (frame({"success":False,"message":"账户余额不足"}).encode()+DONE.encode(), {"kind": "quota","finish": "error"}),
    "err type error": (frame({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}},"error").encode(), {"kind": "upstream","finish": "error"}),
    "err words datum": (b'data: rate limit exceeded\n\ndata: [DONE]\n\n', {"kind": "rate_limit","finish": "error"}),
    "err datum error prefix": ('data: error: 余额不足\n\n'.encode(), {"kind": "quota","finish": "error"}),
    "err [ERROR]": ('data: [ERROR] 余额不足\n\ndata: [DONE]\n\n'.encode(), {"kind": "quota","finish": "error"}),
    "err in message": (body({"choices":[{"index":0,"message":{"role":"assistant","content":None,"error":{"message":"blocked by safety system"}},"finish_reason":"stop"}]}), {"kind": "moderation_prompt","finish": "error"}),
    "finish content_filter w words": (stream("抱歉，该内容无法生成。",finish="content_filter"), {"finish": "content_filter"}),
    "choice content_filter_results": (body({"choices":[{"index":0,"finish_reason":"content_filter","message":{"role":"assistant","content":""},"content_filter_results":{"sexual":{"filtered":True}}}]}), {"kind": "moderation_prompt","finish": "content_filter"}),
    "err event w data words": ('event: error\ndata: 视频生成失败：余额不足\n\n'.encode(), {"kind": "quota","finish": "error"}),
    "event failed": (frame({"message":"moderation refused the output video"},"failed").encode()+DONE.encode(), {"kind": "moderation_output","finish": "error"}),
    "task failed chunk": (frame({"id":"v","object":"video","status":"failed","error":{"code":"moderation_blocked","message":"blocked"}}).encode()+DONE.encode(), {"kind": "moderation_output","finish": "error"}),
    "error then retry then clip": (stream("> 进度 45%\n> ❌ 失败，正在第 2 次尝试\n> 进度 80%\n",f"[播放]({MP4})"), {"kind": None,"videos": [MP4],"progress": [45,80]}),
    "error null each chunk": (stream(chunk({"content":"Hi"},error=None),chunk({"content":" there."},error="")), {"kind": None,"text": "Hi there.","finish": "stop"}),
    "error empty obj": (stream(chunk({"content":"Hi."},error={})), {"kind": None,"text": "Hi."}),
    "code 0 in chunk": (stream(chunk({"content":"Hi."},code=0,msg="success")), {"kind": None,"text": "Hi."}),
    "only for members": (stream("❌ 该模型仅限VIP用户使用"), {"kind": "model"}),
    "a full queue": (stream("❌ 队列已满，请稍后再试"), {"kind": "upstream"}),
    "not in this plan": (stream("❌ Your current plan does not include video generation. Upgrade to Pro."), {"kind": "model"}),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "expect"), FAILURES.values(), ids=FAILURES.keys())
def test_why_it_failed(sent, expect):
    assert told(sent, expect) == expect


ANSWERS = {
    "an API explained": "API error handling is best done in one place.\nCatch it where you can act on it.",
    "a task": "Your account has been created. You can log in now.",
    "a key": "Your API key does not expire; rotate it once a year anyway.",
    "an apology for a fault in code": "Sorry, the error is in line 3: the list is empty.",
    "an apology in German": "Leider konnte ich dazu nichts finden.",
    "an apology in Korean": "죄송합니다. 그 질문에 답하기에는 정보가 부족합니다.",
    "an apology in Japanese": "申し訳ありませんが、その質問にはお答えできません。",
    "an apology in Spanish": "Lo siento, no pude encontrar ese libro.",
    "a model in a lesson": "模型不存在过拟合问题，可以继续训练。",
    "a bank": "余额不足是指账户里的钱不够支付。",
    "what a plan has": "✅ Unlimited chats\n❌ Rate limit increases",
    "a negative answer": "❌ No. The engine must be warm before you drive.",
    "a build": "Test result: failed in two places, see the log above.",
    "a viola": "The viola is a bit larger than the violin.",
    "a moderator": "The moderator of the debate asked about safety and violence.",
    "an instrument's state": "系统状态：正常。温度为 40%，无异常。",
}


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_that_is_no_failure(text):
    expect = {"text": text, "kind": None, "finish": "stop"}

    assert told(stream(text), expect) == expect
