-- AlterTable
ALTER TABLE "profile" ADD COLUMN "listener_set" VARCHAR(64);
