-- CreateTable
CREATE TABLE "seen_frame" (
    "digest" BYTEA NOT NULL,
    "capture_id" UUID NOT NULL,
    "seen_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "seen_frame_pkey" PRIMARY KEY ("digest")
);

-- CreateIndex
CREATE INDEX "seen_frame_seen_at_idx" ON "seen_frame"("seen_at");
