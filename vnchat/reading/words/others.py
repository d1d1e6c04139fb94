"""A few words each of other languages. See `words/__init__.py`.

A progress line in a language that is not here is still recognised by its shape (`progress.py`).
"""

PROGRESS = (
    "進捗", "生成しています", "処理中", "진행", "생성 중", "прогресс", "генерация", "fortschritt",
    "progreso", r"\bavance", "progression", "génération", "progresso", "ilerleme", "tiến độ",
    "التقدم", "प्रगति", "kemajuan", "postęp", "voortgang", "ความคืบหน้า", "прогрес", "generando",
    "avanzamento", "framsteg", "edistyminen", "התקדמות",
)  # fmt: skip
QUEUE = (
    "待機中", "順番待ち", "대기 중", "대기열", "в очереди", "очередь", "warteschlange", "en cola",
    "file d'attente", "en attente", "na fila", "in coda", "sırada", "kuyruk", "hàng đợi",
    "đang chờ", "antrian", "kolejce", "قائمة الانتظار", "in de wachtrij",
)  # fmt: skip
WORKING = (
    "生成を開始", "生成しています", "생성을 시작", "생성 중", "генерируется", "wird erzeugt",
    "wird erstellt", "generando", "génération en cours", "gerando", "in corso", "oluşturuluyor",
    "đang tạo", "sedang", "generowanie",
)  # fmt: skip
RETRY = (
    "再試行中", "再試行しています", "재시도 중", "повторная попытка", "повторяю", "neuer versuch",
    "versuche erneut", "reintentando", "nouvel essai", "nouvelle tentative", "tentando novamente",
    "nuovo tentativo", "yeniden deneniyor", "đang thử lại", "mencoba lagi",
)  # fmt: skip
SUCCESS = (
    "成功しました", "完了", "完成しました", "완료", "성공", "готово", "успешно", "завершен",
    "fertig", "erfolgreich", "completado", "éxito", "listo", "terminé", "succès", "réussi",
    "concluído", "sucesso", "pronto", "completato", "tamamlandı", "hoàn thành", "thành công",
    "selesai", "gotowe", "تم", "完成", r"\best[aá] lista\b", "جاهز", "hazır", "klaar", "तैयार",
    "เสร็จ",
    "准备就绪",
)  # fmt: skip
FAILURE = (
    "失敗", "エラー", "タイムアウト", "拒否", "실패", "오류", "시간 초과", "거부", "ошибка",
    "не удалось", "отклон", "fehler", "fehlgeschlagen", "gescheitert", "abgelehnt", "falló",
    "fallo", "fallid", "error", "rechazad", "échec", "échou", "erreur", "refusé", "rejeté", "falha",
    "falhou", "erro", "rejeitad", "errore", "fallit", "rifiutat", "başarısız", "hata", "thất bại",
    "lỗi", "gagal", "kesalahan", "błąd", "nie powiod", "فشل", "خطأ", "विफल", "ล้มเหลว", "mislukt",
    "помилка", "違反", "できません", "できなかった", "不足", "見つかりません", "存在しません",
    "無効", "制限",
    "위반", "차단", "부족", "할 수 없", "하지 못", "없습니다", "만료", "недостаточно", "нарушает",
    "недоступ", "не найден", "заблокирован", "истек", "неверн", "no se pudo", "infringe", "viola",
    "insuficiente", "agotad", "insuffisant", "interdit", "n'a pas pu", "épuisé", "non disponibile",
    "insufficiente", "nicht verfügbar", "nicht gefunden", "reicht nicht", "verstößt",
    "konnte nicht",
    "không đủ", "vi phạm", "yetersiz", "ihlal", "tidak cukup", "melanggar", "غير كاف", "يخالف",
    "niewystarczając", "excedeu", "excedió", "превыш", "überschritten", "dépassé", "narusza",
    "onvoldoende",
)  # fmt: skip
_NOUN = (
    "(?:動画|画像|音声|ビデオ|영상|동영상|비디오|이미지|видео|изображени|генераци|video|vídeo|"
    ""
    "vidéo|bild|imagen|"
    "imagem|immagine|generación|geração|génération|erzeugung|"
    ""
    "generazione|erstellung|generierung)"
)
FAILURE_OPENING = (
    ("(?:エラー|오류|ошибка|fehler|error|erreur|erro|errore|hata|lỗi|kesalahan|błąd|خطأ|помилка|"
     "échec|fallo|falha)\\s?[:：]"),
    (f"{_NOUN}.{{0,40}}(?:失敗|エラー|タイムアウト|できません|실패|오류|초과|не удалось|ошибк|"
     f"отклон|fehlgeschlagen|"
     f"gescheitert|abgelehnt|falló|fallid|rechazad|échou|échec|refusé|rejeté|falh|erro|rejeitad|"
     f"fallit|rifiutat|violat)"),
    ("(?:lo siento|lo sentimos|désolée?|nous sommes désolés|leider|tut (?:mir|uns) leid|"
     "mi dispiace|ci dispiace|извините|к сожалению|desculpe|lamento|죄송합니다|"
     "申し訳(?:ありません|ございません)|xin lỗi|maaf|üzgünüz|przepraszam).{0,60}"
     "(?:no (?:se pudo|pudimos|pudo) (?:generar|crear|procesar|completar)|"
     "n'a pas pu être (?:génér|cré|trait)|n'avons pas pu (?:génér|cré|trait)|"
     "nicht (?:erstellt|generiert|erzeugt|erstellen|generieren|erzeugen)|"
     "(?:non è stato possibile|non siamo riusciti a) (?:gener|cre)|"
     "не удалось (?:созда|сгенерир|обработ)|não (?:foi possível|conseguimos) (?:ger|cri|proces)|"
     "(?:생성|제작|만들).{0,6}(?:못했|수 없었)|(?:生成|作成|処理).{0,6}できませんでした|"
     "không thể tạo|gagal|oluşturulamadı|nie udało się)"),
    "(?:残高|クレジット|ポイント)(?:が|の)?不足", "(?:크레딧|잔액|포인트)(?:이|가)?\\s?부족",
    "недостаточно (?:средств|кредит|баланс)", "saldo insuficiente", "créditos insuficientes",
    "(?:crédit|solde)s? insuffisant", "(?:ihr )?guthaben (?:reicht nicht|ist)", "số dư không đủ",
    (f"(?:не удалось|ошибка|fehler bei|error al|échec de|erreur lors de|falha ao|falha na|"
     f"errore durante|impossibile|impossible de|no se pudo|konnte nicht).{{0,30}}{_NOUN}"),
)  # fmt: skip
PLAY = (
    "再生", "視聴", "動画", "재생", "영상", "смотреть", "видео", "ansehen", "abspielen", "vídeo",
    "vidéo", "regarder", "assistir", "guarda", "xem", "tonton", "oglądaj", "reproducir", "izle",
    "こちら", "クリック", "ご覧", "見る", "開く", "클릭", "보기", "보러", "시청", "открыть",
    "откройте",
    "посмотр", "просмотр", "нажмите", "ролик", r"\bver(?:lo)?\b", "haz clic", "clic aquí",
    r"\bmira",
    "clique", r"\bvoir\b", "cliquez", "visionner", "anschauen", "hier klicken", "öffnen", "clicca",
    r"\bvedi\b", "nhấn", "bấm", "lihat", "tıkla", "zobacz", "مشاهدة", "شاهد", "الفيديو", "देखें",
    "वीडियो", "คลิก", "ดูวิดีโอ", "bekijk", "дивитися", "צפה",
)  # fmt: skip
DOWNLOAD = (
    "ダウンロード", "保存", "다운로드", "скачать", "herunterladen", "descargar", "télécharger",
    "baixar", "scarica", "indir", "tải", "unduh", "pobierz", "تحميل",
)  # fmt: skip
PREVIEW = (
    "プレビュー", "미리보기", "предпросмотр", "превью", "vorschau", "vista previa", "aperçu",
    "prévia", "anteprima", "önizleme", "xem trước", "pratinjau", "podgląd",
)  # fmt: skip
AUDIO = (
    "音声", "音楽", "오디오", "음악", "аудио", "песня", "musik", "música", "musique", "canción",
)  # fmt: skip
PICTURE = ("画像", "写真", "이미지", "изображение", "bild", "imagen", "imagem", "immagine")
ECHO = (
    "プロンプト", "프롬프트", "промпт", "説明", "설명", "описание", "запрос:", "indicaci",
    "instrucci",
    "descripci", "descriç", "beschreibung", "eingabe:",
)  # fmt: skip
NO_PROGRESS = ("качеств", "calidad", "qualidade", "qualität", "qualité", "品質", "強さ", "품질")
DISCUSSION = (
    "обычно", "normalerweise", "normalmente", "généralement", "たいてい", "통상", "si (?:el|la|tu)",
)  # fmt: skip
KINDS = {
    "quota": (
        "残高", "クレジットが不足", "잔액", "크레딧.{0,6}부족", "недостаточно (?:средств|кредит)",
        "guthaben", "saldo insuficiente", "créditos insuficientes", "crédit insuffisant",
        "solde insuffisant", "クレジット.{0,6}不足", "ポイント.{0,4}不足", "포인트.{0,6}부족",
        "баланс",
        "credito insufficiente", "saldo insufficiente", "số dư", "nạp (?:thêm|tiền)", "bakiye",
        "saldo tidak", "kredit.{0,6}(?:habis|tidak cukup)", "رصيد",
        "niewystarczając.{0,12}(?:środk|saldo)",
        "onvoldoende (?:saldo|tegoed)", "saldo agotado", "crédit épuisé", "créditos agotados",
    ),
    "moderation": (
        "ポリシー", "審査", "不適切", "実在の人物", "정책", "검열", "부적절", "실존 인물",
        "политик", "модерац", "нарушает", "richtlinie", "política", "moderación", "moderação",
        "politique de contenu", "modération", "norme sulla", "persona real", "personne réelle",
        "реальн.{0,4} (?:человек|люд)", "infring.{0,20}(?:política|norma|condicion)",
        "viola (?:le|la|il)",
        "verstößt gegen", "contenu interdit", "contenido (?:no permitido|prohibido|inapropiado)",
        "запрещ[её]нн", "unangemessen", "vi phạm", "chính sách", "kebijakan", "politika", "سياسة",
        "narusza", "beleid", "norme (?:sui|di)", "規約", "センシティブ", "유해", "민감",
    ),
    "model": (
        "モデル.{0,40}(?:存在しま|見つかりま|利用でき|サポート)",
        "모델.{0,40}(?:없|찾을 수|지원하지|사용할 수)",
        "модель.{0,60}(?:не найден|не существ|недоступн|не поддерж)",
        "modell.{0,60}nicht (?:gefunden|verfügbar|"
        "unterstützt)",
        "model(?:o|lo|e|u)?\\b.{0,60}(?:no (?:existe|está disponible|encontrado)|não (?:existe|"
        "encontrado|está disponível)|non (?:esiste|disponibile|trovato)|nie (?:istnieje|"
        "jest dostępny)|"
        "không tồn tại|tidak ditemukan|bulunamadı|niet gevonden)",
        "modèle.{0,60}(?:introuvable|n'existe pas|"
        "n'est pas disponible|indisponible)", "mô hình.{0,40}không",
    ),
    "upstream": (
        "временно недоступ", "混み合って", "一時的に利用", "サーバーエラー", "일시적으로",
        "서버 오류", "ошибка сервера",
        "servidor", "serveur", "überlastet", "sunucu", "máy chủ",
    ),
    "timeout": (
        "タイムアウト", "시간 초과", "время ожидания", "превышено время", "zeitüberschreitung",
        "tiempo de espera", "délai", "tempo limite", "timeout",
    ),
    "rate_limit": (
        "リクエストが多すぎ", "요청이 너무 많", "слишком много запросов", "zu viele anfragen",
        "demasiadas solicitudes", "trop de requêtes", "muitas solicitações",
    ),
    "auth": (
        "無効な(?:api)?キー", "인증", "неверный ключ", "ungültiger (?:api-)?schlüssel",
        "(?:неверн|недействительн).{0,8}(?:api|ключ|токен)", "(?:api|キー|トークン).{0,6}無効",
        "apiキー",
        "(?:api|키|토큰).{0,6}(?:유효하지|만료|잘못)", "clé api",
        "token (?:inválido|non valid|ungültig)",
        "khóa api", "kunci api", "clave .{0,8}inválida", "clé .{0,8}invalide",
        "chave .{0,8}inválida",
    ),
}  # fmt: skip
OF_INPUT_PICTURE = (
    "実在の人物", "アップロード(?:された|した)画像", "입력 이미지", "업로드.{0,6}이미지",
    "실존 인물", "загруженн.{0,6} изображени", "hochgeladene", "imagen (?:subida|de entrada)",
    "image (?:téléchargée|d'entrée)", "persona real", "personne réelle",
)  # fmt: skip
OF_PROMPT = ("プロンプト", "프롬프트", "промпт", "запрос наруша", "indicación")
OF_RESULT = (
    "生成された(?:動画|画像)", "생성된 (?:영상|비디오|이미지)", "сгенерированн", "generierte",
    "vídeo generado", "vidéo générée", "vídeo gerado",
)  # fmt: skip
