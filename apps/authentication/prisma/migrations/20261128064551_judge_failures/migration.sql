-- AlterTable
ALTER TABLE "verification" ADD COLUMN     "judge_failures" INTEGER NOT NULL DEFAULT 0;
